package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.READ_FINDINGS;
import static dev.latchkey.api.Permission.READ_SERVERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.server.FindingTable.Which;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.ssh.Fingerprint;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Optional;

/** Lists every public key by which somebody may log in to your servers; with {@code all} to everybody's (an extension). */
@Singleton
@Path(FleetKeyList.NAME)
public final class FleetKeyList extends WhmFunction {
  static final String NAME = "fleet_key_list";

  private static final Parameter<Optional<String>> FINGERPRINT = Parameter.optional(
      "fingerprint",
      ParameterType.text(Fingerprint::parse),
      "Only this key, as “ssh-keygen -lf FILE” shows it: “SHA256:” and 43 characters.");

  private static final Parameter<Optional<String>> CURSOR = Parameter.optional(
      "api.cursor",
      ParameterType.CURSOR,
      "Where to go on (an extension): “next” from the previous answer.");

  private final FindingData findings;

  @Inject
  FleetKeyList(FindingData findings) {
    super(Declaration.of(
            NAME,
            "Lists the public keys by which somebody may log in to your servers, as the servers last stated them.")
        .numbered(56)
        .asTool()
        .requires(Privilege.SSH_KEYS)
        .needs(READ_SERVERS, READ_FINDINGS)
        .takes(FINGERPRINT, ServerParameters.SERVER, CURSOR)
        .answers(
            Field.list(
                "keys",
                "A line of a server for each, by owner, server and fingerprint; at most 50 each call.",
                FindingData.KEY),
            FindingData.NEXT)
        .extension());
    this.findings = findings;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var which = FINGERPRINT.from(call).map(Which::key).orElse(Which.KEYS);
    return findings.page(call, which, "keys", CURSOR, FindingData::key);
  }
}
