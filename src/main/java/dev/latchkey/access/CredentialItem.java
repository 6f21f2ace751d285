package dev.latchkey.access;

import dev.latchkey.store.AttributeChanges;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Transaction;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** How one credential lies in the table: {@code U#user / C#digest}, with counters that only admission writes. */
final class CredentialItem {
  static final String PREFIX = "C#";
  static final String REVISION = "revision";

  /**
   * What admission's condition names: copies, as any function may change what its condition names. The Amazon DynamoDB
   * Developer Guide, "Using IAM policy conditions for fine-grained access control": {@code dynamodb:Attributes} has every
   * attribute that a request specifies, those of its condition too. What they are copied from decides.
   */
  static final String LIVE_REVISION = "live_revision";

  /** Seconds since 1970; not there for a credential that some addresses may use. */
  static final String LIVE_UNTIL = "live_until";

  static final String LIVE_QUOTA = "live_quota";

  static final String LAST_USED = "last_used";

  /** The address that the last call came from. */
  static final String LAST_IP = "last_ip";

  /** There where it is so. */
  private static final String RENEWED = "renewed";

  private static final String LINE = "line";
  private static final String PREDECESSORS = "predecessors";
  private static final String SUCCESSOR = "successor";

  /** 9999-12-31. */
  private static final long NEVER = 253_402_300_799L;

  /** What makes it a credential; the rest are counters, and marks of calls. */
  static final List<String> ATTRIBUTES = List.of(
      "token_name",
      "acls",
      "expires_at",
      RENEWED,
      "addresses",
      "quota",
      "create_time",
      LAST_USED,
      LAST_IP,
      LINE,
      PREDECESSORS,
      SUCCESSOR,
      REVISION,
      LIVE_REVISION,
      LIVE_UNTIL,
      LIVE_QUOTA);

  private CredentialItem() {}

  static Key key(String user, String digest) {
    return new Key("U#" + user, PREFIX + digest);
  }

  static Key key(Credential credential) {
    return key(credential.user(), credential.digest());
  }

  /** Whether it is a credential, and not what is left of one. */
  static boolean isCredential(Item item) {
    return item.find(REVISION).isPresent();
  }

  /** What it counts of months before the one before {@code month}. */
  static Map<Month, Tally> old(Item item, Month month) {
    var kept = month.previous();
    var isOld = item.attributes().keySet().stream()
        .flatMap(name -> Month.ofCounter(name).stream())
        .anyMatch(counted -> counted.compareTo(kept) < 0);
    return isOld ? new TreeMap<>(counted(item).headMap(kept)) : Map.of();
  }

  /** What it counts, by function; a month that has a total alone is of a release that wrote a record for each call. */
  static SortedMap<Month, Tally> counted(Item item) {
    var byMonth = new TreeMap<Month, Map<Integer, Long>>();
    item.attributes()
        .keySet()
        .forEach(name -> Month.ofCounter(name).ifPresent(month -> {
          var counters = byMonth.computeIfAbsent(month, empty -> new TreeMap<>());
          Month.functionOf(name)
              .ifPresent(function -> counters.put(function, item.getNumber(name)));
        }));
    var counted = new TreeMap<Month, Tally>();
    byMonth.forEach((month, counters) -> counted.put(month, Tally.of(counters)));
    return counted;
  }

  /** The credential with what admission noted of its use. */
  static Used used(String user, Item item) {
    var against = new TreeMap<Month, Long>();
    item.attributes()
        .keySet()
        .forEach(name ->
            Month.ofTotal(name).ifPresent(month -> against.put(month, item.getNumber(name))));
    return new Used(
        read(user, item),
        item.findNumber(LAST_USED).map(Instant::ofEpochSecond),
        item.findText(LAST_IP),
        counted(item),
        against);
  }

  /** Takes counters out as they were seen; what is counted meanwhile stays. */
  static void takeOut(
      Transaction in,
      Key key,
      Map<Month, Tally> seen,
      Supplier<? extends RuntimeException> changed) {
    var names = new HashMap<String, String>();
    var values = new HashMap<String, AttributeValue>();
    var condition = "attribute_exists(pk)" + same(seen, names, values);
    seen.keySet().forEach(month -> names.put("#t" + names.size(), month.counter()));
    in.update(
        Update.builder()
            .key(key.attributes())
            .updateExpression("REMOVE " + String.join(", ", names.keySet()))
            .conditionExpression(condition)
            .expressionAttributeNames(names)
            .expressionAttributeValues(values.isEmpty() ? null : values)
            .build(),
        changed);
  }

  /** That the counters of functions are as they were seen, to be added to a condition. */
  static String same(
      Map<Month, Tally> seen, Map<String, String> names, Map<String, AttributeValue> values) {
    var same = new StringBuilder();
    seen.forEach((month, tally) -> tally.byFunction().forEach((function, calls) -> {
      var i = names.size();
      names.put("#n" + i, month.counter(function));
      values.put(":n" + i, Item.number(calls));
      same.append(" AND #n" + i + " = :n" + i);
    }));
    return same.toString();
  }

  static Credential read(String user, Item item) {
    return read(
        user, item.getText("sk").substring(PREFIX.length()), item.getText("token_name"), item);
  }

  static Item write(Credential credential) {
    var item = write(Item.at(key(credential)).with("token_name", credential.name()), credential);
    for (var copy : live(credential).entrySet()) {
      item = item.with(copy.getKey(), copy.getValue());
    }
    return item;
  }

  /** The credential of which {@link #write(Item, Credential)} wrote into an item, also one of another kind. */
  static Credential read(String user, String digest, String name, Item item) {
    var scope = new Scope(
        Privileges.ofAcls(item.getSet("acls")),
        item.findNumber("expires_at").map(Instant::ofEpochSecond),
        item.findBytes("addresses").map(AddressList::unpack),
        item.findNumber("quota").map(OptionalLong::of).orElseGet(OptionalLong::empty),
        item.getFlag(RENEWED));
    return new Credential(
        user,
        digest,
        name,
        scope,
        Instant.ofEpochSecond(item.getNumber("create_time")),
        item.getText(REVISION),
        new Succession(
            item.findText(LINE).orElseGet(() -> Credential.id(digest)),
            item.findText(PREDECESSORS).map(Predecessor::parse).orElse(List.of()),
            item.findText(SUCCESSOR)));
  }

  private static Optional<AttributeValue> renewed(Scope scope) {
    return scope.renewed() ? Optional.of(AttributeValue.fromBool(true)) : Optional.empty();
  }

  /** Not there for the first of a line. */
  private static Optional<AttributeValue> line(Credential credential) {
    return Optional.of(credential.succession().line())
        .filter(line -> !line.equals(credential.id()))
        .map(Item::text);
  }

  private static Optional<AttributeValue> successor(Credential credential) {
    return credential.succession().successor().map(Item::text);
  }

  /** What a credential's copies should be; empty for one that should not be there. */
  static Map<String, Optional<AttributeValue>> live(Credential credential) {
    var scope = credential.scope();
    var until = scope.expiresAt().map(Item::time).orElseGet(() -> Item.number(NEVER));
    return Map.of(
        LIVE_REVISION, Optional.of(Item.text(credential.revision())),
        LIVE_UNTIL, scope.addresses().isPresent() ? Optional.empty() : Optional.of(until),
        LIVE_QUOTA, Item.number(scope.quota()));
  }

  /** Those of them that an item does not have so: it is of an earlier release, or somebody else wrote them. */
  static Map<String, Optional<AttributeValue>> repairs(Item item, Credential credential) {
    var repairs = new TreeMap<>(live(credential));
    repairs.entrySet().removeIf(copy -> item.find(copy.getKey()).equals(copy.getValue()));
    return repairs;
  }

  /** All of it but its digest and its name. */
  static Item write(Item into, Credential credential) {
    var scope = credential.scope();
    return into.with("acls", Item.set(scope.privileges().acls()))
        .with("expires_at", scope.expiresAt().map(Item::time))
        .with(RENEWED, renewed(scope))
        .with("addresses", scope.addresses().map(list -> Item.bytes(list.pack())))
        .with("quota", Item.number(scope.quota()))
        .with("create_time", Item.time(credential.createdAt()))
        .with(LINE, line(credential))
        .with(
            PREDECESSORS,
            Predecessor.text(credential.succession().predecessors()).map(Item::text))
        .with(SUCCESSOR, successor(credential))
        .with(REVISION, credential.revision());
  }

  /** Everything that an update of a token can change. */
  static AttributeChanges changesTo(Credential after) {
    var scope = after.scope();
    var changes = new AttributeChanges()
        .with("token_name", Item.text(after.name()))
        .with("acls", Item.set(scope.privileges().acls()))
        .with("expires_at", scope.expiresAt().map(Item::time))
        .with(RENEWED, renewed(scope))
        .with("addresses", scope.addresses().map(list -> Item.bytes(list.pack())))
        .with("quota", Item.number(scope.quota()))
        .with(SUCCESSOR, successor(after))
        .with(REVISION, Item.text(after.revision()));
    live(after).forEach(changes::with);
    return changes;
  }
}
