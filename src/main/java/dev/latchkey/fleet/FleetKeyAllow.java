package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;
import static dev.latchkey.fleet.RevocationData.FINGERPRINT;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.delivery.Wishes;
import dev.latchkey.delivery.Wishes.Wish;
import dev.latchkey.server.AskedServers;
import dev.latchkey.server.Revocation;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes a public key off the list of those that are revoked on one, some or all servers (an extension). It puts no line back:
 * whoever is to log in by the key must be let in anew.
 */
@Singleton
@Path(FleetKeyAllow.NAME)
public final class FleetKeyAllow extends WhmFunction {
  static final String NAME = "fleet_key_allow";

  private final Wishes wishes;

  @Inject
  FleetKeyAllow(Wishes wishes) {
    super(Declaration.of(NAME, "Lets servers have a key again that was revoked on them.")
        .numbered(54)
        .requires(Privilege.SSH_KEYS)
        .changes()
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(
            FINGERPRINT, ServerParameters.SERVERS, ServerParameters.CURSOR, ServerParameters.WAIT)
        .answers(
            RevocationData.WAS_REVOKED,
            List.of(
                Field.time("allowed_at", "When it was allowed again."),
                Field.flag(
                    "confirmed",
                    "1 if the server has stated that it does not keep the key out any more; 0 if it has not yet."),
                Field.texts("non_fatals", "Remarks of the server; left out if there are none.")
                    .atMost(Remarks.MOST)
                    .optional()))
        .forManyServers(AskedServers.MOST)
        .extension());
    this.wishes = wishes;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return wishes.answer(call, new Allowing(call, FINGERPRINT.from(call)));
  }

  /** What is wanted of a server: the key is none of those that are revoked there. */
  private static final class Allowing implements Wish {
    /** The server, what lists show of it, when it is due, and the revoked keys. */
    private static final int ITEMS = 4;

    private final Call call;
    private final String fingerprint;

    /** What was revoked, for the answer: nothing of it is left in what is wanted. */
    private final Map<ServerName, Revocation> before = new ConcurrentHashMap<>();

    Allowing(Call call, String fingerprint) {
      this.call = call;
      this.fingerprint = fingerprint;
    }

    @Override
    public ServerState on(ServerState state) {
      var name = state.server().name();
      var revoked = state
          .revocations()
          .find(fingerprint)
          .orElseThrow(
              () -> FINGERPRINT.refused("“" + fingerprint + "” is not revoked on “" + name + "”."));
      before.put(name, revoked);
      return state.allowing(fingerprint, call.at());
    }

    @Override
    public boolean stands(ServerState now) {
      return now.revocations().find(fingerprint).isEmpty();
    }

    @Override
    public int items(ServerState state) {
      return ITEMS;
    }

    @Override
    public void also(Transaction in, ServerState state) {}

    @Override
    public String sentence(String on) {
      return "allowed the key " + fingerprint + " again on " + on;
    }

    @Override
    public boolean isDone(ServerState wanted) {
      return false;
    }

    @Override
    public Uni<Answer> done(ServerState wanted) {
      throw new IllegalStateException("each has an order of its own");
    }

    @Override
    public Answer answer(ServerState wanted, Delivered delivered) {
      return RevocationData.allowed(
          call,
          Optional.ofNullable(before.get(wanted.server().name()))
              .map(RevocationData::of)
              .orElseGet(() -> Data.hash().with("fingerprint", fingerprint)),
          delivered);
    }
  }
}
