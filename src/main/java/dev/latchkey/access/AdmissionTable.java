package dev.latchkey.access;

import dev.latchkey.access.AccessDenied.Cause;
import dev.latchkey.access.CountingTable.Condition;
import dev.latchkey.store.ConditionFailed;
import dev.latchkey.store.Item;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Counts calls on the credential that makes them: a write whose condition is that the credential may make them now. The
 * header names the user and the digest is the key, so finding the item proves that the token is that user's.
 */
@Singleton
class AdmissionTable {
  /** What is left of a revoked credential has none, nor has one that some addresses may use. */
  private static final String OPEN = "live_until > :now";

  private static final String NO_QUOTA = "attribute_not_exists(live_quota)";
  private static final String COUNTER = "{counter of the month}";
  private static final String BELOW_QUOTA =
      "(attribute_not_exists(live_quota) OR attribute_not_exists(" + COUNTER + ") OR " + COUNTER
          + " < live_quota)";

  private static final String AS_SEEN = "live_revision = :live";
  /** An item that an earlier release wrote. */
  private static final String AS_SEEN_BEFORE =
      "attribute_exists(pk) AND attribute_not_exists(live_revision)";

  private static final String ROOM_IN_QUOTA =
      " AND (attribute_not_exists(" + COUNTER + ") OR " + COUNTER + " <= :room)";

  /**
   * What is asked for: {@code calls} of {@code user} with {@code digest} from {@code source}, at {@code now}.
   *
   * @param id the request id
   * @param outcome is told what is known of the count, and has the calls
   */
  record Request(
      String user,
      String digest,
      AddressRange source,
      Instant now,
      String id,
      CountOutcome outcome) {
    Tally calls() {
      return outcome.calls();
    }

    Month month() {
      return Month.of(now);
    }

    Counted count() {
      var counters = new HashMap<String, Long>();
      counters.put(month().counter(), calls().total());
      calls()
          .byFunction()
          .forEach((function, several) -> counters.put(month().counter(function), several));
      var key = CredentialItem.key(user, digest);
      return new Counted(key.pk(), key.sk(), id, now, counters, outcome);
    }
  }

  private final CountingTable counting;

  @Inject
  AdmissionTable(CountingTable counting) {
    this.counting = counting;
  }

  /**
   * One write. A credential with an address list fails it, is matched here and is then written under the condition that it
   * is still the one seen, so that a stranger never counts on the owner's quota; so does one with a quota when several calls
   * are asked for at once, because a condition cannot add; and so does one whose copies are not what they should be, which
   * are then repaired. The condition holds for copies: what they are copied from is judged as the write left it.
   *
   * @return the credential's item, which has counted the calls
   * @throws AccessDenied saying why not
   * @throws OverQuota when that is all that is in the way
   */
  Uni<Item> admit(Request request) {
    var quota = request.calls().total() == 1 ? BELOW_QUOTA : NO_QUOTA;
    return count(request, new Condition(OPEN + " AND " + quota, Map.of()))
        .onFailure(ConditionFailed.class)
        .recoverWithUni(
            failure -> Uni.createFrom().deferred(() -> admitAsSeen(request, failure.before())))
        .chain(counted -> judge(request, counted));
  }

  private Uni<Item> admitAsSeen(Request request, Optional<Item> before) {
    refuseAsSeen(request, before);
    var seen = before.orElseThrow();
    var credential = CredentialItem.read(request.user, seen);
    var live = seen.find(CredentialItem.LIVE_REVISION);
    var quota = credential.scope().quota();
    var values = new HashMap<String, AttributeValue>();
    live.ifPresent(revision -> values.put(":live", revision));
    quota.ifPresent(
        most -> values.put(":room", Item.number(most - request.calls().total())));
    var condition =
        (live.isPresent() ? AS_SEEN : AS_SEEN_BEFORE) + (quota.isPresent() ? ROOM_IN_QUOTA : "");
    var repairs = CredentialItem.repairs(seen, credential);
    return count(request, new Condition(condition, values, repairs))
        .onFailure(ConditionFailed.class)
        .transform(changed -> new AccessDenied(Cause.CHANGED, credential.known()));
  }

  private Uni<Item> count(Request request, Condition condition) {
    var more = new HashMap<>(condition.repairs());
    more.put(CredentialItem.LAST_IP, Optional.of(Item.text(request.source.toString())));
    return counting.count(
        request.count(),
        new Condition(
            condition.expression().replace(COUNTER, request.month().counter()),
            condition.values(),
            more),
        seen -> refuseAsSeen(request, seen));
  }

  /** Copies that are wrong let nobody through: the count is taken back. */
  private Uni<Item> judge(Request request, Item counted) {
    return Uni.createFrom()
        .item(() -> {
          refuse(request, Optional.of(counted), 0);
          return counted;
        })
        .onFailure(failure -> failure instanceof AccessDenied || failure instanceof OverQuota)
        .call(() -> counting.takeBack(request.count()));
  }

  private static void refuseAsSeen(Request request, Optional<Item> seen) {
    refuse(request, seen, request.calls().total());
  }

  /** @param more calls than the item has counted */
  private static void refuse(Request request, Optional<Item> seen, long more) {
    var item = seen.filter(CredentialItem::isCredential)
        .orElseThrow(() -> new AccessDenied(Cause.UNKNOWN_TOKEN));
    var credential = CredentialItem.read(request.user, item);
    if (credential.expiredAt(request.now)) {
      throw new AccessDenied(Cause.EXPIRED, credential.known());
    }
    if (!credential.scope().addresses().map(list -> list.allows(request.source)).orElse(true)) {
      throw new AccessDenied(Cause.ADDRESS, credential.known());
    }
    quota(credential, item, request.month())
        .filter(quota -> !quota.hasRoomFor(more))
        .ifPresent(quota -> {
          var calls = request.calls().total();
          throw new OverQuota(credential, quota.with(more - calls), calls);
        });
  }

  /** The credential's own, as the item counts it. */
  static Optional<Quota> quota(Credential of, Item item, Month month) {
    return of.scope().quota().stream()
        .mapToObj(most -> new Quota(
            Quota.Owner.TOKEN, of.name(), most, item.findNumber(month.counter()).orElse(0L), month))
        .findFirst();
  }
}
