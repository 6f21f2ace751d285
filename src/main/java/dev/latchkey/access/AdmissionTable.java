package dev.latchkey.access;

import dev.latchkey.access.AccessDenied.Cause;
import dev.latchkey.store.ConditionFailed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Store;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * Counts calls on the credential that makes them: a write whose condition is that the credential may make them now. The
 * header names the user and the digest is the key, so finding the item proves that the token is that user's.
 */
@Singleton
class AdmissionTable {
  private static final String LIVE =
      "attribute_exists(pk) AND (attribute_not_exists(expires_at) OR expires_at > :now)";
  private static final String ANY_ADDRESS = "attribute_not_exists(addresses)";
  private static final String SAME_ADDRESSES = "addresses = :addresses";
  private static final String NO_QUOTA = "attribute_not_exists(quota)";
  private static final String BELOW_QUOTA =
      "(attribute_not_exists(quota) OR attribute_not_exists(#calls) OR #calls < quota)";
  private static final String ROOM_IN_QUOTA =
      "quota = :quota AND (attribute_not_exists(#calls) OR #calls <= :room)";
  private static final String COUNT = "SET last_used = :now ADD #calls :count";

  /** What is asked for: {@code count} calls of {@code user} with {@code digest} from {@code source}, at {@code now}. */
  record Request(String user, String digest, AddressRange source, Instant now, int count) {
    Month month() {
      return Month.of(now);
    }
  }

  private final Store store;

  @Inject
  AdmissionTable(Store store) {
    this.store = store;
  }

  /**
   * One write. A credential with an address list fails it, is matched here and is then written under the condition that
   * the list is still the one seen, so that a stranger never counts on the owner's quota; so does one with a quota when
   * several calls are asked for at once, because a condition cannot add.
   *
   * @throws AccessDenied saying why not
   */
  Uni<Credential> admit(Request request) {
    var quota = request.count == 1 ? BELOW_QUOTA : NO_QUOTA;
    return store
        .update(counting(request, ANY_ADDRESS + " AND " + quota, Map.of()))
        .onFailure(ConditionFailed.class)
        .recoverWithUni(
            failure -> Uni.createFrom().deferred(() -> admitAsSeen(request, failure.before())))
        .map(item -> CredentialItem.read(request.user, item));
  }

  private Uni<Item> admitAsSeen(Request request, Optional<Item> before) {
    var seen = before.orElseThrow(() -> new AccessDenied(Cause.UNKNOWN_TOKEN));
    refuseAsSeen(request, seen);
    var values = new HashMap<String, AttributeValue>();
    seen.find("addresses").ifPresent(addresses -> values.put(":addresses", addresses));
    seen.findNumber("quota").ifPresent(quota -> {
      values.put(":quota", Item.number(quota));
      values.put(":room", Item.number(quota - request.count));
    });
    var condition = (values.containsKey(":addresses") ? SAME_ADDRESSES : ANY_ADDRESS)
        + " AND "
        + (values.containsKey(":quota") ? ROOM_IN_QUOTA : NO_QUOTA);
    return store
        .update(counting(request, condition, values))
        .onFailure(ConditionFailed.class)
        .transform(changed -> new AccessDenied(Cause.CHANGED));
  }

  private static void refuseAsSeen(Request request, Item item) {
    var credential = CredentialItem.read(request.user, item);
    if (credential.expiredAt(request.now)) {
      throw new AccessDenied(Cause.EXPIRED);
    }
    if (!credential.scope().addresses().map(list -> list.allows(request.source)).orElse(true)) {
      throw new AccessDenied(Cause.ADDRESS);
    }
    var quota = credential.scope().quota();
    var used = item.findNumber(request.month().counter()).orElse(0L);
    if (quota.isPresent() && used + request.count > quota.getAsLong()) {
      throw new AccessDenied(Cause.QUOTA);
    }
  }

  private static Update counting(
      Request request, String condition, Map<String, AttributeValue> more) {
    var values = new HashMap<>(more);
    values.put(":now", Item.time(request.now));
    values.put(":count", Item.number(request.count));
    return Update.builder()
        .key(CredentialItem.key(request.user, request.digest).attributes())
        .updateExpression(COUNT)
        .conditionExpression(LIVE + " AND " + condition)
        .expressionAttributeNames(Map.of("#calls", request.month().counter()))
        .expressionAttributeValues(values)
        .build();
  }
}
