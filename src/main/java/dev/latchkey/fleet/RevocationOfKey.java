package dev.latchkey.fleet;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Order;
import dev.latchkey.delivery.Wishes.Wish;
import dev.latchkey.server.AuthorizedKeyTable;
import dev.latchkey.server.Grant;
import dev.latchkey.server.Revocation;
import dev.latchkey.server.RevocationReceiptTable;
import dev.latchkey.server.Revocations;
import dev.latchkey.server.ServerState;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;

/** The wish of fleet_key_revoke on a server: the key is revoked there, and what it was granted or authorized for ends. */
final class RevocationOfKey implements Wish {
  /** The server, what lists show of it, when it is due, the revoked keys, and what authorizesshkey knows of the key. */
  private static final int ITEMS = 6;

  private final Call call;
  private final Revocation asked;
  private final AuthorizedKeyTable keys;
  private final RevocationReceiptTable receipts;

  RevocationOfKey(
      Call call,
      String fingerprint,
      Optional<String> reason,
      AuthorizedKeyTable keys,
      RevocationReceiptTable receipts) {
    this.call = call;
    this.asked = Revocation.wished(fingerprint, call.at(), call.caller().user().name(), reason);
    this.keys = keys;
    this.receipts = receipts;
  }

  @Override
  public ServerState on(ServerState before) {
    var after = before.revoking(asked, call.at());
    var name = before.server().name();
    if (after.revocations().areMoreThan(Revocations.MOST)) {
      throw WhmFailure.refused("“" + name + "” has " + Revocations.MOST
          + " revoked keys, which is the most, so nothing was done there; take one off its list that is"
          + " of no use to anybody any more, with fleet_key_allow.");
    }
    if (!after.equals(before) && !Order.converge(call.request(), after).fitsRevoked()) {
      throw WhmFailure.refused("“" + name
          + "” has as many grants and revoked keys as an order can carry, so nothing was done there;"
          + " revoke one of its grants first, with ticket_revoke.");
    }
    return after;
  }

  @Override
  public boolean stands(ServerState now) {
    return now.revocations().find(asked.fingerprint()).isPresent();
  }

  @Override
  public int items(ServerState before) {
    return ITEMS + before.grantsOf(asked.fingerprint()).size();
  }

  @Override
  public void also(Transaction in, ServerState before) {
    keys.forget(in, before.server().name(), List.of(asked.fingerprint()));
  }

  @Override
  public String sentence(String on) {
    return "revoked the key " + asked.fingerprint() + " on " + on
        + asked.reason().map(reason -> ": " + reason).orElse("");
  }

  private Revocation wanted(ServerState state) {
    return state.revocations().find(asked.fingerprint()).orElseThrow();
  }

  @Override
  public boolean isDone(ServerState wanted) {
    return wanted(wanted).isProven();
  }

  @Override
  public Uni<Answer> done(ServerState wanted) {
    return receipts
        .newest(wanted.server().name(), asked.fingerprint())
        .map(receipt -> Answer.of(RevocationData.of(wanted(wanted), receipt)));
  }

  @Override
  public Answer answer(ServerState wanted, Delivered delivered) {
    var ended = wanted.ending().stream()
        .filter(grant -> grant.key().fingerprint().equals(asked.fingerprint()))
        .map(grant -> ended(grant, delivered));
    return RevocationData.answer(wanted(wanted), delivered, ended);
  }

  private static String ended(Grant grant, Delivered delivered) {
    var isGone = delivered.state().find(grant.ticket(), grant.user()).isEmpty();
    return "the access of ticket " + grant.ticket() + " as " + grant.user()
        + (isGone ? " is gone" : " was ended, which is not proven yet")
        + "; ticket_receipt shows it";
  }
}
