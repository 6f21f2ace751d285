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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Counts calls on the credential that makes them: a write whose condition is that the credential may make them now. The
 * header names the user and the digest is the key, so finding the item proves that the token is that user's.
 */
@Singleton
class AdmissionTable {
  /** Only a credential has a revision: what is left of a revoked one has none. */
  private static final String LIVE =
      "attribute_exists(revision) AND (attribute_not_exists(expires_at) OR expires_at > :now)";

  private static final String ANY_ADDRESS = "attribute_not_exists(addresses)";
  private static final String SAME_ADDRESSES = "addresses = :addresses";
  private static final String NO_QUOTA = "attribute_not_exists(quota)";
  private static final String COUNTER = "{counter of the month}";
  private static final String BELOW_QUOTA = "(attribute_not_exists(quota) OR attribute_not_exists("
      + COUNTER + ") OR " + COUNTER + " < quota)";

  private static final String ROOM_IN_QUOTA =
      "quota = :quota AND (attribute_not_exists(" + COUNTER + ") OR " + COUNTER + " <= :room)";

  /**
   * What is asked for: {@code calls} of {@code user} with {@code digest} from {@code source}, at {@code now}.
   *
   * @param id the request id
   */
  record Request(
      String user, String digest, AddressRange source, Instant now, String id, Tally calls) {
    Month month() {
      return Month.of(now);
    }

    Counted count() {
      var counters = new HashMap<String, Long>();
      counters.put(month().counter(), calls.total());
      calls
          .byFunction()
          .forEach((function, several) -> counters.put(month().counter(function), several));
      var key = CredentialItem.key(user, digest);
      return new Counted(key.pk(), key.sk(), id, now, counters, List.of());
    }
  }

  private final CountingTable counting;

  @Inject
  AdmissionTable(CountingTable counting) {
    this.counting = counting;
  }

  /**
   * One write. A credential with an address list fails it, is matched here and is then written under the condition that
   * the list is still the one seen, so that a stranger never counts on the owner's quota; so does one with a quota when
   * several calls are asked for at once, because a condition cannot add.
   *
   * @return the credential's item, which has counted the calls
   * @throws AccessDenied saying why not
   */
  Uni<Item> admit(Request request) {
    var quota = request.calls.total() == 1 ? BELOW_QUOTA : NO_QUOTA;
    return count(request, ANY_ADDRESS + " AND " + quota, Map.of())
        .onFailure(ConditionFailed.class)
        .recoverWithUni(
            failure -> Uni.createFrom().deferred(() -> admitAsSeen(request, failure.before())));
  }

  private Uni<Item> admitAsSeen(Request request, Optional<Item> before) {
    refuseAsSeen(request, before);
    var seen = before.orElseThrow();
    var values = new HashMap<String, AttributeValue>();
    seen.find("addresses").ifPresent(addresses -> values.put(":addresses", addresses));
    seen.findNumber("quota").ifPresent(quota -> {
      values.put(":quota", Item.number(quota));
      values.put(":room", Item.number(quota - request.calls.total()));
    });
    var condition = (values.containsKey(":addresses") ? SAME_ADDRESSES : ANY_ADDRESS)
        + " AND "
        + (values.containsKey(":quota") ? ROOM_IN_QUOTA : NO_QUOTA);
    return count(request, condition, values)
        .onFailure(ConditionFailed.class)
        .transform(changed -> new AccessDenied(Cause.CHANGED));
  }

  private Uni<Item> count(Request request, String condition, Map<String, AttributeValue> values) {
    var expression =
        (LIVE + " AND " + condition).replace(COUNTER, request.month().counter());
    return counting.count(
        request.count(), new Condition(expression, values), seen -> refuseAsSeen(request, seen));
  }

  private static void refuseAsSeen(Request request, Optional<Item> seen) {
    var item = seen.filter(CredentialItem::isCredential)
        .orElseThrow(() -> new AccessDenied(Cause.UNKNOWN_TOKEN));
    var credential = CredentialItem.read(request.user, item);
    if (credential.expiredAt(request.now)) {
      throw new AccessDenied(Cause.EXPIRED);
    }
    if (!credential.scope().addresses().map(list -> list.allows(request.source)).orElse(true)) {
      throw new AccessDenied(Cause.ADDRESS);
    }
    var quota = credential.scope().quota();
    var used = item.findNumber(request.month().counter()).orElse(0L);
    if (quota.isPresent() && used + request.calls.total() > quota.getAsLong()) {
      throw new AccessDenied(Cause.QUOTA);
    }
  }
}
