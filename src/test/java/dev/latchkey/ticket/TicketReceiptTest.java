package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.store.Store;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class TicketReceiptTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  Store store;

  @Test
  void withoutAnEndThereIsNone() {
    var support = fleet.supportCase();
    support.grant();

    assertThat(support.receipts()).isEmpty();
  }

  @Test
  void eachGrantHasItsOwn() {
    var support = fleet.supportCase();
    support.grant();
    support.revoke();
    assertThat(support.receipts().at("/0/node").asText())
        .isEqualTo(support.server().id());
    support.grant("ssh_username", "support");
    support.revoke("ssh_username", "support");

    assertThat(support.receipts().findValuesAsText("ssh_username"))
        .containsExactlyInAnyOrder("root", "support");
  }

  /** They lie among the items of their server. */
  @Test
  void thoseOfAnEarlierReleaseAreShownAmongTheOthers() {
    var support = fleet.supportCase();
    support.grant();
    support.revoke();
    var name = support.server().name();
    var own = store.query("R#" + name, "E#").await().indefinitely().get(0);
    var then = own.getNumber("stated_at") - 100;
    var old = own.with("pk", "S#" + name)
        .with("sk", own.getText("sk").replaceAll("[0-9]{12}#", "%012d#".formatted(then)))
        .with("stated_at", then);
    store.putNew(old).await().indefinitely();

    assertThat(support.receipts().findValuesAsText("stated_at"))
        .containsExactly(Long.toString(then + 100), Long.toString(then));
    assertThat(support
            .client()
            .data("ticket_receipt", "ticket_id", support.ticket(), "limit", "1")
            .findValuesAsText("stated_at"))
        .containsExactly(Long.toString(then + 100));
  }

  @Test
  void anUnknownServerOfTheTicketIsRefused() {
    var support = fleet.supportCase();

    assertThat(support
            .client()
            .failure("ticket_receipt", "ticket_id", support.ticket(), "server_num", "2"))
        .contains("server_num", "has no server 2");
  }

  private static final String EVERYTHING = "{'top':{'simulated':1},'each':{'ended':{"
      + "'sessions_ended':[{'pid':4711,'from':'203.0.113.7','since':1795270000}],"
      + "'processes_ended':[{'pid':4712,'name':'bash','since':1795270001}],"
      + "'left':[{'pid':812,'name':'nginx','user':'www-data','unit':'nginx.service','since':1795270002,"
      + "'why':'a service that was there before'}],"
      + "'put_aside':['/home/owner/.ssh/authorized_keys.latchkey-1'],"
      + "'appeared':{'keys':[{'user':'root','file':'/root/.ssh/authorized_keys','fingerprint':'SHA256:x'}],"
      + "'users':['mallory'],'cron.d':[MANY],'cron.d_more':7,'unknown':'the inventory was changed'}}}}";

  @Test
  void itIsReadInWordsWithTheVerdictFirst() {
    var support = fleet.supportCase();
    support.grant();
    var many = new StringBuilder("'job0'");
    for (var i = 1; i < 60; i++) {
      many.append(",'job").append(i).append("'");
    }
    RetoldServer.of(support.server()).say(EVERYTHING.replace("MANY", many));
    support.revoke();

    var receipt = support.receipts().get(0);

    assertThat(receipt.fieldNames().next()).isEqualTo("verdict");
    assertThat(receipt.path("verdict").asText())
        .isEqualTo("Access is gone; 1 process started during it runs on.");
    assertThat(receipt.path("gone").asInt()).isEqualTo(1);
    assertThat(receipt.path("simulated").asInt()).isEqualTo(1);
    assertThat(texts(receipt, "sessions_ended"))
        .containsExactly("process 4711 from 203.0.113.7 since 2026-11-21T14:06:40Z");
    assertThat(texts(receipt, "processes_ended"))
        .containsExactly("bash (process 4712) since 2026-11-21T14:06:41Z");
    assertThat(texts(receipt, "left"))
        .containsExactly("nginx (process 812) as www-data of nginx.service"
            + " since 2026-11-21T14:06:42Z: a service that was there before");
    assertThat(texts(receipt, "put_aside"))
        .containsExactly("/home/owner/.ssh/authorized_keys.latchkey-1");
    assertThat(texts(receipt, "appeared"))
        .contains(
            "keys: user root, file /root/.ssh/authorized_keys, fingerprint SHA256:x",
            "users: mallory",
            "cron.d: job49",
            "cron.d: and 10 more",
            "cron.d: and 7 more",
            "unknown: the inventory was changed")
        .doesNotContain("cron.d: job50");
    assertThat(receipt.at("/statement/processes_ended/0/name").asText()).isEqualTo("bash");
  }

  @Test
  void whatBecameOfAnAccountOfTheGrantsOwnIsReadInWords() {
    var support = fleet.supportCase();
    support.grant();
    RetoldServer.of(support.server())
        .say(
            "{'each':{'ended':{'account':{'name':'lk-7','uid':70003,'gone':true,'was_root':'yes','processes':3,"
                + "'removed':{'crontab':1,'at_jobs':2},'home':'REMOVED','archive':{'file':'/var/lib/x.tar.gz','bytes':9,"
                + "'whole':false,'until':1795270000},'searched':'yes','cleared':1,'more':4,"
                + "'files':[{'path':'/tmp/sh','mode':'4755','cleared':1}]}}}}");
    support.revoke();

    var receipt = support.receipts().get(0);

    assertThat(receipt.path("verdict").asText())
        .contains("the account lk-7", "5 files of it left elsewhere", "it was root");
    assertThat(texts(receipt, "account"))
        .containsExactly(
            "lk-7 (uid 70003) was deleted, and none of its processes lives",
            "it was root by sudo: what it did as root is in no list",
            "3 of its processes were ended",
            "removed: crontab: 1, at_jobs: 2",
            "its home was removed",
            "the home's archive: /var/lib/x.tar.gz, 9 bytes, not all of it, until 2026-11-21T14:06:40Z",
            "5 files of its uid are left elsewhere, and named here",
            "file: /tmp/sh (mode 4755): setuid and setgid were cleared",
            "and 4 more files");
  }

  @Test
  void anAccountThatIsNotGoneIsNoProof() {
    var support = fleet.supportCase();
    support.grant();
    RetoldServer.of(support.server())
        .say("{'each':{'ended':{'gone':true,'account':{'name':'lk-7','gone':false}}}}");

    assertThat(support.revoke().at("/metadata/result").asInt()).isZero();
    assertThat(support.receipts()).isEmpty();
  }

  /** Whoever was root could have written another “before” that has all that he left. */
  @Test
  void whatAppearedIsUnknownWhereTheServerChangedWhatTheLeaseBeganWith() {
    var support = fleet.supportCase();
    var server = RetoldServer.of(support.server());
    var first = "a".repeat(64);
    server.say("{'each':{'grants':{'inventory':'" + first + "'}}}");
    support.grant();
    server.say("{'each':{'ended':{'inventory':'" + "b".repeat(64) + "','appeared':{'users':[]}}}}");
    support.revoke();

    var receipt = support.receipts().get(0);

    assertThat(receipt.path("inventory_granted").asText()).isEqualTo(first);
    assertThat(receipt.path("inventory_now").asText()).isEqualTo("b".repeat(64));
    assertThat(texts(receipt, "appeared")).containsExactly("unknown: the inventory was changed");
  }

  @Test
  void anEndThatIsNotProvenIsPendingWithItsQuestions() {
    var support = fleet.supportCase();
    support.grant();
    var server = RetoldServer.of(support.server());
    server.say("{'each':{'ended':{'gone':'unknown','questions':['whether sshd reads the key']}}}");
    support.revoke();

    var answer = support.client().data("ticket_receipt", "ticket_id", support.ticket());

    assertThat(answer.path("receipts")).isEmpty();
    var pending = answer.at("/pending/0");
    assertThat(pending.path("verdict").asText())
        .isEqualTo("It is not known whether access is gone.");
    assertThat(pending.path("gone").asInt()).isZero();
    assertThat(texts(pending, "questions")).containsExactly("whether sshd reads the key");
    assertThat(pending.path("stated_at").asLong()).isPositive();
    // The receipts are the list, whatever is pending.
    assertThat(support
            .client()
            .post(
                "ticket_receipt",
                "ticket_id",
                support.ticket(),
                "api.chunk.enable",
                "1",
                "api.chunk.verbose",
                "1")
            .at("/metadata/chunk/records")
            .asText())
        .isEqualTo("0");

    server.sayTheTruth();
    support.revoke();
    var after = support.client().data("ticket_receipt", "ticket_id", support.ticket());
    assertThat(after.has("pending")).isFalse();
    assertThat(after.path("receipts")).hasSize(1);
  }

  @Test
  void theNewestComesFirstAndAPageIsBounded() {
    var support = fleet.supportCase();
    for (var user : List.of("root", "support", "root")) {
      support.grant("ssh_username", user);
      support.revoke("ssh_username", user);
      var second = Instant.now().getEpochSecond();
      while (Instant.now().getEpochSecond() == second) {
        Thread.onSpinWait();
      }
    }
    var client = support.client();

    var all = support.receipts();
    assertThat(all.findValuesAsText("ssh_username")).containsExactly("root", "support", "root");
    var newest = client.data("ticket_receipt", "ticket_id", support.ticket(), "limit", "1");
    assertThat(newest.at("/receipts/0")).isEqualTo(all.get(0));
    assertThat(newest.path("receipts")).hasSize(1);
    var older = client.data(
        "ticket_receipt",
        "ticket_id",
        support.ticket(),
        "until",
        all.get(0).path("stated_at").asText());
    assertThat(older.path("receipts")).containsExactly(all.get(1), all.get(2));
    assertThat(client.failure("ticket_receipt", "ticket_id", support.ticket(), "limit", "101"))
        .contains("from 1 to 100");
  }

  private static List<String> texts(JsonNode of, String field) {
    var texts = new ArrayList<String>();
    of.path(field).forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
