package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.RecordedAnswer;
import dev.latchkey.testing.RecordedRequest;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests recorded from eight clients, sent again byte for byte but for what differs from run to run. */
@QuarkusTest
@InProcess
@WayIn
class RecordedRequestsTest extends WhmTest {
  private static final List<String> CLIENTS = List.of(
      "cpanel-api",
      "fossbilling",
      "npm-cpanel-lib",
      "npm-cpanel-rest-api",
      "paymenter",
      "perl-apiclient",
      "perl-publicapi",
      "php-xmlapi-fopen");

  private static final long BEFORE_THE_RECORDED_EXPIRY = 1_795_280_000;

  @Inject
  Fleet fleet;

  @Test
  void everyOneGetsTheRightKindOfAnswer() throws IOException {
    // Root sees every server, so it has several, whatever other tests have left.
    var owner = fleet.owner();
    fleet.server(owner);
    fleet.server(owner);
    root().data("saveacllist", "acllist", "reseller_basic", "acl-list-accts", "1");
    var kinds = new ArrayList<String>();
    var run = "r" + System.nanoTime();
    var customer = accounts.reseller().user();
    try (var clock = TestClock.stoppedAt(BEFORE_THE_RECORDED_EXPIRY)) {
      for (var client : CLIENTS) {
        for (var request : RecordedRequest.of(client)) {
          var answer = request.with("RUN", run).with("RESELLER", customer).sentBy(accounts.root());
          kinds.add(client + ", " + request.what() + ": " + kind(answer));
        }
      }
    }
    assertThat(kinds)
        .containsExactlyElementsOf(new String(
                RecordedRequestsTest.class
                    .getResourceAsStream("/requests/kinds.txt")
                    .readAllBytes(),
                StandardCharsets.UTF_8)
            .lines()
            .toList());
  }

  /** Status, form, result and the beginning of what there is to say. */
  private static String kind(RecordedAnswer answer) {
    var status = answer.status();
    if (answer.body().contains("<?xml")) {
      return status + " xml " + answer.body().replaceAll("(?s).*<reason>(.*)</reason>.*", "$1");
    }
    if (!answer.isJson()) {
      return (status + " " + answer.body().lines().findFirst().orElse("")).trim();
    }
    var tree = answer.json();
    if (tree.has("metadata")) {
      return status + " result " + tree.at("/metadata/result") + " "
          + sameOnEachRun(tree.at("/metadata/reason").asText());
    }
    return (status + " " + tree.fieldNames().next() + " "
            + sameOnEachRun(tree.path("statusmsg").asText()))
        .trim();
  }

  private static String sameOnEachRun(String reason) {
    return reason
        .replaceAll("\\(XID [a-z2-9]{6}\\)", "(XID)")
        .replaceAll("such as “.*”", "such as “…”");
  }
}
