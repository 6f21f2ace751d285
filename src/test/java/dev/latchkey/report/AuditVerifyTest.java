package dev.latchkey.report;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.audit.AuditEntry;
import dev.latchkey.audit.AuditTable;
import dev.latchkey.audit.Seal;
import dev.latchkey.audit.SealTable;
import dev.latchkey.audit.SealTable.Mark;
import dev.latchkey.settings.Settings;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.AuditPass;
import dev.latchkey.testing.BatchWrite;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.Together;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What was sealed is found as it was, and whatever somebody did to it is found where it was done. */
@QuarkusTest
@InProcess
class AuditVerifyTest extends WhmTest {
  private static final Instant THEN = Instant.ofEpochSecond(1_900_000_000);

  @Inject
  Store store;

  @Inject
  AuditTable audit;

  @Inject
  SealTable seals;

  @Inject
  AuditPass pass;

  @Inject
  DynamoDbAsyncClient dynamoDb;

  @Inject
  Settings settings;

  @AfterEach
  void noMoreFaults() {
    SdkProbe.reset();
  }

  private final class Chain {
    final Account account = accounts.reseller(MANAGE_API_TOKENS);
    final WhmClient client = WhmClient.of(account);

    /** Entries of these seconds after {@link #THEN}, sealed together. */
    Chain sealed(int... seconds) {
      written(seconds);
      pass.run();
      return this;
    }

    void written(int... seconds) {
      for (var second : seconds) {
        var in = store.transaction();
        audit.add(in, entry(second));
        store.write(in).await().indefinitely();
      }
    }

    AuditEntry entry(int second) {
      return new AuditEntry(
          account.user(),
          "first",
          "0123456789abcdef",
          "api_token_create",
          "token “" + second + "” \"\\\u0001 made",
          "192.0.2.1",
          THEN.plusSeconds(second),
          "request-" + second);
    }

    String place(int second) {
      return "%015d#request-%d".formatted(THEN.plusSeconds(second).toEpochMilli(), second);
    }

    Key entryKey(int second) {
      return new Key("A#" + account.user(), place(second));
    }

    Key seal(int number) {
      return new Key("SEAL#" + account.user(), "%012d".formatted(number));
    }

    Item read(Key key) {
      return store.get(key).await().indefinitely().orElseThrow();
    }

    void put(Item item) {
      store.write(store.transaction().put(item)).await().indefinitely();
    }

    void delete(Key key) {
      store.write(store.transaction().delete(key)).await().indefinitely();
    }

    JsonNode verify(String... arguments) {
      return client.data("audit_verify", arguments);
    }

    void assertFault(String kind, int seal, String entry, String... arguments) {
      var answer = verify(arguments);
      var fault = answer.path("fault");
      assertThat(fault.path("kind").asText()).as(answer.toString()).isEqualTo(kind);
      assertThat(fault.path("seal").asInt()).as(answer.toString()).isEqualTo(seal);
      assertThat(fault.path("entry").asText()).as(answer.toString()).isEqualTo(entry);
      assertThat(answer.path("whole").asInt()).isZero();
      assertThat(answer.has("next")).isFalse();
    }
  }

  private Chain three() {
    return new Chain().sealed(1, 2, 3).sealed(4, 5).sealed(6);
  }

  @Test
  void aChangeIsSealedWithinAPass() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    assertThat(client.data("audit_verify").path("statement").asText())
        .isEqualTo("No entry is sealed yet.");
    client.data("api_token_create", "token_name", "a");
    assertThat(client.data("audit_verify").path("unsealed").asInt()).isOne();

    pass.run();

    var answer = client.post("audit_verify");
    Golden.assertJson("audit_verify.json", answer);
    Golden.assertXml(
        "audit_verify.xml",
        client.raw().get("/xml-api/audit_verify?api.version=1").asString());
    var head = answer.at("/data/head").asText();
    var whole = client.data("audit_verify", "head", head);
    assertThat(whole.path("whole").asInt()).isOne();
    assertThat(whole.path("statement").asText())
        .isEqualTo(
            "Whole up to seal 1, and the head that you gave is a part of it. Nothing of it is signed.");
    assertThat(store.query("UNSEALED", account.user() + "#").await().indefinitely())
        .isEmpty();
    pass.run();
    assertThat(client.data("audit_verify").path("head").asText())
        .as("nothing is sealed where nothing was done")
        .isEqualTo(head);
  }

  @Test
  void entriesThatComeLateWithAnOlderTimeAreSealedToo() {
    var chain = new Chain().sealed(10, 20).sealed(15, 5, 30).sealed(1);

    var head = chain.verify().path("head").asText();
    assertThat(head).startsWith("3:");
    assertThat(chain.verify("head", head).path("whole").asInt()).isOne();
    assertThat(chain.verify("head", head).path("entries").asInt()).isEqualTo(6);
  }

  @Test
  void twoReconcilersAtOnceMakeOneChain() {
    var chain = new Chain();
    chain.written(1, 2, 3, 4, 5);
    Together.run(4, i -> {
      pass.run();
      return 0;
    });
    var answer = chain.verify();
    assertThat(answer.path("entries").asInt()).isEqualTo(5);
    assertThat(answer.path("head").asText()).startsWith("1:");
    assertThat(answer.has("fault")).isFalse();
  }

  /** Whatever a slow one has read before: that there was no seal, or only which entries were to be sealed. */
  @Test
  void aReconcilerThatComesSecondDoesNothing() {
    var chain = new Chain();
    chain.written(1, 2);
    var user = chain.account.user();
    var marks = List.of(new Mark(user, chain.place(1)), new Mark(user, chain.place(2)));
    var first = next(Optional.empty(), marks, THEN);
    var same = next(Optional.empty(), marks, THEN.plusSeconds(1));
    var next = next(Optional.of(first), marks, THEN.plusSeconds(2));

    assertThat(List.of(write(first), write(same), write(next))).containsExactly(true, false, false);
    assertThat(chain.verify().path("head").asText()).isEqualTo("1:" + first.hash());
  }

  private Seal next(Optional<Seal> before, List<Mark> marks, Instant now) {
    return seals.next(before, marks, now).await().indefinitely().orElseThrow();
  }

  private boolean write(Seal seal) {
    var in = store.transaction();
    seals.add(in, seal, Second::new);
    return store
        .write(in)
        .replaceWith(true)
        .onFailure(Second.class)
        .recoverWithItem(false)
        .await()
        .indefinitely();
  }

  private static final class Second extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Test
  void manyEntriesAreSealedInOnePassAndWalkedInStretches() {
    var chain = new Chain();
    var many = Integer.getInteger("test.entries", 2_000);
    BatchWrite.of(
        dynamoDb,
        settings.table(),
        many,
        i -> Item.at(chain.entryKey(i))
            .with("what", "made")
            .with("at", THEN.plusSeconds(i).toEpochMilli()));
    BatchWrite.of(
        dynamoDb,
        settings.table(),
        many,
        i -> Item.at(new Key("UNSEALED", chain.account.user() + "#" + chain.place(i))));
    // A pass seals 4,500 at most.
    for (var sealed = 0; sealed < many; sealed += 4_500) {
      pass.run();
    }

    var entries = 0;
    var calls = 0;
    var before = "0:" + Seal.NONE + ":0";
    var answer = chain.verify();
    while (true) {
      calls++;
      entries += answer.path("entries").asInt();
      assertThat(answer.has("fault")).as(answer.toString()).isFalse();
      if (!answer.has("next")) {
        break;
      }
      before = answer.path("next").asText();
      answer = chain.verify("next", before);
    }
    assertThat(entries).isEqualTo(many);
    assertThat(calls).isEqualTo((many + 899) / 900);
    assertThat(answer.path("head").asText()).startsWith((many + 89) / 90 + ":");
    chain.put(chain.read(chain.entryKey(many - 7)).with("what", "nothing"));
    var fault = chain.verify("next", before).path("fault");
    assertThat(fault.path("entry").asText()).isEqualTo(chain.place(many - 7));
    System.out.printf(
        "%d entries sealed and verified in %d calls; a change is placed%n", many, calls);
  }

  @Test
  void aChangedEntryIsNamed() {
    var chain = three();
    chain.put(chain.read(chain.entryKey(4)).with("what", "nothing"));
    chain.assertFault("changed", 2, chain.place(4));
  }

  @Test
  void anAddedAttributeIsAChange() {
    var chain = three();
    chain.put(chain.read(chain.entryKey(6)).with("more", 1));
    chain.assertFault("changed", 3, chain.place(6));
  }

  /** Also where somebody made of it what Latchkey never writes. */
  @Test
  void anAttributeOfAnotherTypeIsAChange() {
    var chain = three();
    var entry = chain.read(chain.entryKey(6));
    for (var name : List.of("what", "more", "tickets", "kind")) {
      chain.put(entry.with(name, AttributeValue.fromBool(true)));
      chain.assertFault("changed", 3, chain.place(6));
      assertThat(chain.client.data("audit_export").path("lines").toString())
          .contains("{\\\"type\\\":\\\"BOOL\\\",\\\"value\\\":1}");
    }
  }

  /** The list says of it what its place says, and shows all others; so does the way by the id of a call. */
  @Test
  void aDamagedEntryIsListedAsSuchAmongTheOthers() {
    var chain = three();
    var entry = chain.read(chain.entryKey(4));
    var several = entry.with("kind", "REFUSAL").with("calls", 2).with("requests", "request-4");
    for (var name : List.of(
        "credential",
        "credential_id",
        "function_name",
        "what",
        "source_ip",
        "at",
        "request_id",
        "kind")) {
      assertDamaged(chain, entry.with(name, AttributeValue.fromBool(true)));
    }
    assertDamaged(chain, several.with("kind", "NONE"));
    for (var name : List.of("kind", "calls", "requests")) {
      assertDamaged(chain, several.with(name, AttributeValue.fromBool(true)));
    }
    chain.put(several);
    assertThat(chain.client.data("audit_list").at("/entries/2/kind").asText()).isEqualTo("refusal");
  }

  private static void assertDamaged(Chain chain, Item entry) {
    chain.put(entry);
    var all = chain.client.data("audit_list", "limit", "4");
    assertThat(all.path("entries")).as(entry.toString()).hasSize(4);
    var shown = all.at("/entries/2");
    assertThat(shown.path("kind").asText()).as(entry.toString()).isEqualTo("unreadable");
    assertThat(shown.path("time").asLong()).isEqualTo(THEN.plusSeconds(4).getEpochSecond());
    assertThat(shown.path("request_id").asText()).isEqualTo("request-4");
    assertThat(shown.path("change").asText()).contains("cannot be shown", "audit_verify");
    assertThat(all.at("/entries/3/kind").asText()).isEqualTo("change");
    assertThat(chain
            .client
            .data("audit_list", "limit", "4", "next", all.path("next").asText())
            .path("entries"))
        .isNotEmpty();
  }

  @Test
  void aSealOfNothingAndOneOfWhatIsNotAPlaceAreNamed() {
    var chain = three();
    var seal = chain.read(chain.seal(3));
    var entries = "\"entries\":[[\"" + chain.place(6) + "\"";
    assertThat(seal.getText("line_text")).contains(entries);
    for (var other : List.of("\"entries\":[[\"\"", "\"entries\":[],\"none\":[[\"\"")) {
      chain.put(seal.with("line_text", seal.getText("line_text").replace(entries, other)));
      chain.assertFault("changed", 3, "");
      assertThat(chain.client.data("audit_export").path("lines").toString()).contains("end");
    }
    for (var other : List.of(Item.text("{}"), AttributeValue.fromBool(true))) {
      chain.put(seal.with("line_text", other));
      chain.assertFault("changed", 3, "");
      assertThat(chain.client.data("audit_export", "since", "1").path("lines").toString())
          .as("where the newest seal cannot be read")
          .contains("end");
    }
  }

  @Test
  void aSealWithoutALineIsNamed() {
    var chain = three();
    var seal = chain.read(chain.seal(2));
    chain.put(Item.at(chain.seal(2)));
    chain.assertFault("changed", 2, "");
    chain.put(seal);
    chain.put(seal.with("sk", "0000000000029"));
    chain.assertFault("inserted", 3, "");
  }

  @Test
  void aDeletedEntryIsNamed() {
    var chain = three();
    chain.delete(chain.entryKey(2));
    chain.assertFault("deleted", 1, chain.place(2));
  }

  @Test
  void anEntryThatWasDeletedBeforeItWasSealedIsNamed() {
    var chain = new Chain();
    chain.written(1, 2);
    chain.delete(chain.entryKey(2));
    passAt(THEN.plusSeconds(2).plus(Duration.ofHours(1)).plusSeconds(1));
    chain.assertFault("deleted", 1, chain.place(2));
  }

  private void passAt(Instant now) {
    try (var clock = TestClock.stoppedAt(now.getEpochSecond())) {
      pass.run();
    }
  }

  /** Of a transaction that is being committed, the mark may be read before the entry: no seal accuses anybody for that. */
  @Test
  void aMarkWaitsForItsEntry() {
    var chain = new Chain();
    chain.written(1, 2);
    var entries = List.of(chain.read(chain.entryKey(1)), chain.read(chain.entryKey(2)));
    chain.delete(chain.entryKey(1));
    chain.delete(chain.entryKey(2));

    passAt(THEN.plusSeconds(3));

    assertThat(chain.verify().path("statement").asText()).startsWith("No entry is sealed yet.");
    assertThat(chain.verify().path("unsealed").asInt()).isEqualTo(2);
    chain.put(entries.get(1));
    passAt(THEN.plusSeconds(4));
    assertThat(chain.verify().path("entries").asInt()).isOne();
    chain.put(entries.get(0));
    passAt(THEN.plusSeconds(5));
    var answer = chain.verify();
    assertThat(answer.has("fault")).as(answer.toString()).isFalse();
    assertThat(answer.path("entries").asInt()).isEqualTo(2);
    assertThat(answer.path("unsealed").asInt()).isZero();
  }

  @Test
  void twoEntriesThatChangedPlacesAreNamed() {
    var chain = three();
    var one = chain.read(chain.entryKey(4)).attributes();
    var other = chain.read(chain.entryKey(5)).attributes();
    chain.put(at(chain.entryKey(4), other));
    chain.put(at(chain.entryKey(5), one));
    chain.assertFault("changed", 2, chain.place(4));
  }

  private static Item at(Key key, Map<String, AttributeValue> of) {
    var attributes = new HashMap<>(of);
    attributes.putAll(key.attributes());
    return new Item(attributes);
  }

  @Test
  void anInsertedEntryIsNamed() {
    for (var second : new int[] {2, 5, 7}) {
      var chain = new Chain().sealed(1, 3).sealed(4, 6);
      chain.put(at(chain.entryKey(second), chain.read(chain.entryKey(1)).attributes()));
      chain.assertFault("inserted", second == 2 ? 1 : 2, chain.place(second));
    }
  }

  @Test
  void aChangedSealIsNamed() {
    var chain = three();
    var seal = chain.read(chain.seal(2));
    chain.put(seal.with("line_text", seal.getText("line_text").replace("\"at\":1", "\"at\":2")));
    chain.assertFault("changed", 2, "");
    chain.put(seal.with("line_text", "{}"));
    chain.assertFault("changed", 2, "");
  }

  @Test
  void aDeletedSealIsNamed() {
    var chain = three();
    chain.delete(chain.seal(2));
    chain.assertFault("deleted", 2, "");
  }

  @Test
  void sealsThatChangedPlacesAreNamed() {
    var chain = three();
    var one = chain.read(chain.seal(2)).attributes();
    var other = chain.read(chain.seal(3)).attributes();
    chain.put(at(chain.seal(2), other));
    chain.put(at(chain.seal(3), one));
    chain.assertFault("reordered", 2, "");
  }

  @Test
  void onlyAHeadFromOutsideTellsThatTheEndIsMissing() {
    var chain = three();
    var head = chain.verify().path("head").asText();
    // As a table is that was restored to a time before the third seal.
    chain.delete(chain.seal(3));
    chain.delete(chain.entryKey(6));

    assertThat(chain.verify().path("statement").asText())
        .isEqualTo(
            "Whole up to seal 2; whether seals after it are missing, only a head from outside tells (“head”). Nothing of it is signed.");
    assertThat(chain.verify().path("whole").asInt()).isZero();
    chain.assertFault("truncated", 2, "", "head", head);

    // What is sealed after that is another chain.
    chain.sealed(7).sealed(8);
    chain.assertFault("forked", 3, "", "head", head);
  }

  @Test
  void whatIsWrongInACallIsNamed() {
    var chain = three();
    assertThat(chain.client.failure("audit_verify", "head", "3"))
        .contains("head: it is not a seal’s number and hash");
    assertThat(chain.client.failure("audit_verify", "next", "3"))
        .contains("next: it is not what an answer has as “next”");
    assertThat(chain.client.failure("audit_verify", "user", "root"))
        .contains("user: is not you", "“all”");
    assertThat(root()
            .data("audit_verify", "user", chain.account.user())
            .path("entries")
            .asInt())
        .isEqualTo(6);
    var none = "2:" + "0".repeat(64) + ":0";
    assertThat(chain.verify("next", none).at("/fault/kind").asText()).isEqualTo("changed");
  }

  @Test
  void itAsksLittle() {
    var chain = three();
    SdkProbe.reset();
    chain.verify();
    assertThat(SdkProbe.requests())
        .containsExactlyInAnyOrder(
            "UpdateItem", "GetItem", "Query", "BatchGetItem", "Query", "Query", "Query");
  }
}
