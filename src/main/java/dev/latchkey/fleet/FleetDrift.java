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
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Optional;

/** Lists what lets somebody in to your servers though nobody gave it, and what was given and is gone (an extension). */
@Singleton
@Path(FleetDrift.NAME)
public final class FleetDrift extends WhmFunction {
  static final String NAME = "fleet_drift";

  private static final Parameter<Optional<String>> CURSOR = Parameter.optional(
      "api.cursor",
      ParameterType.CURSOR,
      "Where to go on (an extension): “next” from the previous answer.");

  private final FindingData findings;

  @Inject
  FleetDrift(FindingData findings) {
    super(Declaration.of(
            NAME,
            "Lists keys, accounts and sudoers on your servers that nobody gave through Latchkey, and what was given and vanished.")
        .numbered(57)
        .asTool()
        .requires(Privilege.SSH_KEYS)
        .needs(READ_SERVERS, READ_FINDINGS)
        .takes(ServerParameters.SERVER, CURSOR)
        .answers(
            Field.list(
                "drift",
                "What nobody has acknowledged yet, by owner and server; at most 50 each call.",
                FindingData.DRIFT),
            FindingData.NEXT)
        .extension());
    this.findings = findings;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return findings.page(call, Which.DRIFT, "drift", CURSOR, FindingData::drift);
  }
}
