package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.READ_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;
import static dev.latchkey.fleet.RevocationData.FINGERPRINT;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.delivery.Wishes;
import dev.latchkey.server.AskedServers;
import dev.latchkey.server.AuthorizedKeyTable;
import dev.latchkey.server.RevocationReceiptTable;
import dev.latchkey.server.ServerParameters;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Optional;

/**
 * Revokes a public key on one, some or all servers: no account lets it in any more, whoever puts its line back (an extension).
 * {@code result} 1 means that the server has stated that it is gone; until then it is 0, the order stands and is repeated, and
 * calling again is harmless.
 */
@Singleton
@Path(FleetKeyRevoke.NAME)
public final class FleetKeyRevoke extends WhmFunction {
  static final String NAME = "fleet_key_revoke";

  private static final int MOST_REASON = 200;

  private static final Parameter<Optional<String>> REASON = Parameter.optional(
      "reason",
      ParameterType.line(MOST_REASON),
      "Why, for the audit and for whoever meets the key: at most " + MOST_REASON
          + " characters in one line.");

  private final Wishes wishes;
  private final AuthorizedKeyTable keys;
  private final RevocationReceiptTable receipts;

  @Inject
  FleetKeyRevoke(Wishes wishes, AuthorizedKeyTable keys, RevocationReceiptTable receipts) {
    super(Declaration.of(
            NAME,
            "Takes a public key off servers, keeps it out whoever puts it back, and proves it.")
        .numbered(55)
        .asTool()
        .requires(Privilege.SSH_KEYS)
        .closes()
        .needs(CHANGE_SERVERS, READ_SERVERS, RUN_COMMAND)
        .takes(
            FINGERPRINT,
            REASON,
            ServerParameters.SERVERS,
            ServerParameters.CURSOR,
            ServerParameters.WAIT)
        .answers(RevocationData.REVOKED, RevocationData.STATED)
        .forManyServers(AskedServers.MOST)
        .extension());
    this.wishes = wishes;
    this.keys = keys;
    this.receipts = receipts;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var fingerprint = FINGERPRINT.from(call);
    var reason = REASON.from(call);
    return wishes.answer(call, new RevocationOfKey(call, fingerprint, reason, keys, receipts));
  }
}
