package dev.latchkey.reseller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Account;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.Customer;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.StoreGate;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

@QuarkusTest
@DrivesAgent
@InProcess
class UnsetupresellerTest extends WhmTest {
  @Inject
  Fleet fleet;

  private String name;
  private Account bob;

  @BeforeEach
  void aReseller() {
    name = Customer.name();
    root().data("setupreseller", "user", name);
    root().data("setacls", "reseller", name, "acl-support-access", "1");
    bob = new Account(name, accounts.token(name, "first", Customer.UNLIMITED));
  }

  private void assertRefused(Account account) {
    WhmClient.of(account).raw().get("/json-api/version?api.version=1").then().statusCode(403);
  }

  @Test
  void nothingOfItComesBackWithItsName() {
    WhmClient.of(bob).data("vendor_profile_set", "key", Keys.ed25519(), "from", "203.0.113.0/24");
    WhmClient.of(bob)
        .data("support_agreement_set", "version", "1", "title", "Terms", "body", "Be good.");
    root().data("setresellerlimits", "user", name, "account_limit", "3", "api.quota", "5000");

    root().data("unsetupreseller", "user", name);

    assertRefused(bob);
    assertThat(root().data("listresellers").path("reseller"))
        .noneMatch(one -> one.asText().equals(name));
    root().data("setupreseller", "user", name);
    assertRefused(bob);
    assertThat(accounts.hasToken(name, "first")).isFalse();
    var again = WhmClient.of(bob.with(accounts.token(name, "first", Customer.UNLIMITED)));
    assertThat(again.failure("ticket_list")).contains("support-access");
    root().data("setacls", "reseller", name, "acl-support-access", "1");
    assertThat(again.failure("vendor_profile_get")).contains("You have no vendor profile");
    assertThat(root().data("acctcounts", "user", name).at("/reseller/limit").isNull())
        .isTrue();
  }

  /** Such a session hangs on a token of root's, which stays. */
  @Test
  void aSessionThatRootOpenedAsItEndsWithIt() {
    var link = root()
        .data("create_user_session", "user", name, "service", "whostmgrd")
        .path("url")
        .asText();
    var unused = root()
        .data("create_user_session", "user", name, "service", "whostmgrd")
        .path("url")
        .asText();
    var session = Browser.byLink(link);
    assertThat(session.status()).isEqualTo(200);

    root().data("unsetupreseller", "user", name);
    root().data("setupreseller", "user", name);

    assertThat(session.status()).isEqualTo(403);
    assertThat(Browser.plain().get(Browser.path(unused)).statusCode()).isEqualTo(401);
  }

  @Test
  void moreTokensThanOneTransactionTakes() {
    for (var i = 0; i < 90; i++) {
      accounts.token(name, "t" + i, Customer.UNLIMITED);
    }

    root().data("unsetupreseller", "user", name);

    assertRefused(bob);
    assertThat(accounts.hasToken(name, "t89")).isFalse();
    root().data("setupreseller", "user", name);
    assertRefused(bob);
  }

  /** Wherever it breaks off, the reseller stays suspended, its name is not given away, and the next call goes on. */
  @Test
  void itIsNeverHalfDone() {
    for (var i = 0; i < 120; i++) {
      accounts.token(name, "t" + i, Customer.UNLIMITED);
    }
    var root = root(); // whom a transaction makes, which is not to count
    for (var step = 1; step <= 3; step++) {
      breakOff(root, "unsetupreseller?api.version=1&user=", step);

      assertRefused(bob);
      assertThat(root().failure("setupreseller", "user", name)).contains("is being removed");
      assertThat(root().failure("unsuspendreseller", "user", name)).contains("is being removed");
    }
    root().data("unsetupreseller", "user", name);
    root().data("setupreseller", "user", name);
    assertRefused(bob);
  }

  /** What was begun for good is not made half of it by the other function. */
  @Test
  void aNameThatIsToBeSpentIsNotFreedAfterTheFirstStep() {
    var root = root();
    breakOff(root, "terminatereseller?api.version=1&terminatereseller=1&user=");

    assertThat(root().failure("unsetupreseller", "user", name))
        .contains("is being removed for good", "terminatereseller again");
    assertThat(root().failure("setupreseller", "user", name)).contains("choose another name");
    root().data("terminatereseller", "user", name, "terminatereseller", "1");
    assertThat(root().failure("setupreseller", "user", name)).contains("was terminated");
  }

  @Test
  void whatWasBegunAsARemovalCanBecomeATermination() {
    var root = root();
    breakOff(root, "unsetupreseller?api.version=1&user=");

    root().data("terminatereseller", "user", name, "terminatereseller", "1");
    assertThat(root().failure("setupreseller", "user", name)).contains("was terminated");
  }

  /** Each transaction of 40 tokens is not to count as a thing that is done once. */
  @Test
  void aRepeatGoesOnWhereverTheCallBrokeOff() {
    for (var i = 0; i < 90; i++) {
      accounts.token(name, "t" + i, Customer.UNLIMITED);
    }
    var root = root();
    breakOff(root, "unsetupreseller?api.version=1&api.idempotency_key=" + name + "&user=", 2);
    // Which ones are left, their digests say.
    assertThat(IntStream.range(0, 90).anyMatch(i -> accounts.hasToken(name, "t" + i)))
        .isTrue();

    root.data("unsetupreseller", "user", name, "api.idempotency_key", name);

    assertThat(root.failure("acctcounts", "user", name)).contains("there is no reseller");
    root.data("unsetupreseller", "user", name, "api.idempotency_key", name);
  }

  /** The call with the key found the removal under way, and ended it. */
  @Test
  void aRepeatLeavesAloneWhoWasSetUpSince() {
    var root = root();
    breakOff(root, "unsetupreseller?api.version=1&user=");
    root.data("unsetupreseller", "user", name, "api.idempotency_key", name);
    root.data("setupreseller", "user", name);
    var another = bob.with(accounts.token(name, "another", Customer.UNLIMITED));

    assertThat(root.failure("unsetupreseller", "user", name, "api.idempotency_key", name))
        .contains("did this at", "under this key it is not done again");

    WhmClient.of(another).data("version");
  }

  /** It has begun and read what the reseller has; a second call removes that, and then the name is given again. */
  @ParameterizedTest
  @CsvSource({
    "tokens,of the tokens of the removed reseller",
    "sessions,of the sessions of the removed reseller",
    "profile,removed vendor profile",
    "nothing,no longer a reseller"
  })
  void theSlowerOfTwoRemovalsLeavesAloneWhoWasSetUpSince(String what, String sentence) {
    var root = root();
    has(root, what);
    breakOff(root, "unsetupreseller?api.version=1&api.idempotency_key=" + name + "&user=");
    var another = new AtomicReference<Account>();

    StoreGate.between(
        () -> {
          root.data("unsetupreseller", "user", name);
          root.data("setupreseller", "user", name);
          root.data("setacls", "reseller", name, "acl-support-access", "1");
          another.set(bob.with(accounts.token(name, "another", Customer.UNLIMITED)));
          WhmClient.of(another.get())
              .data("vendor_profile_set", "key", Keys.ed25519(), "from", "203.0.113.0/24");
        },
        () -> root.data("unsetupreseller", "user", name, "api.idempotency_key", name));

    assertThat(
            WhmClient.of(another.get()).data("vendor_profile_get").at("/from/0").asText())
        .isEqualTo("203.0.113.0/24");
    assertThat(root.data("audit_list", "user", name).toString().split(sentence, -1))
        .as("it was done once")
        .hasSize(2);
  }

  private void has(WhmClient root, String what) {
    if (what.equals("profile")) {
      WhmClient.of(bob).data("vendor_profile_set", "key", Keys.ed25519(), "from", "198.51.100.7");
    }
    if (!what.equals("tokens")) {
      accounts.revoke(name, bob.token());
    }
    if (what.equals("sessions")) {
      root.data("create_user_session", "user", name, "service", "whostmgrd");
    }
  }

  /** Its first transaction is carried out, and none after it. */
  private void breakOff(WhmClient root, String call) {
    breakOff(root, call, 1);
  }

  private void breakOff(WhmClient root, String call, int transactions) {
    var done = new HashSet<String>();
    SdkProbe.failBefore(request -> request instanceof TransactWriteItemsRequest transaction
            && isBeyond(transactions, done, transaction)
        ? Optional.of(SdkClientException.create("unreachable"))
        : Optional.empty());
    root.raw().get("/json-api/" + call + name);
    SdkProbe.reset();
  }

  private static synchronized boolean isBeyond(
      int transactions, Set<String> done, TransactWriteItemsRequest transaction) {
    if (done.size() < transactions) {
      done.add(transaction.clientRequestToken());
    }
    return !done.contains(transaction.clientRequestToken());
  }

  @Test
  void whileItHasServersItStays() {
    var server = fleet.server(bob);

    assertThat(root().failure("unsetupreseller", "user", name))
        .contains("still has servers: " + server.name(), "nothing was changed");
    WhmClient.of(bob).data("version");
  }

  @Test
  void noServerIsGivenToOneThatIsBeingRemoved() {
    root().data("unsetupreseller", "user", name);

    assertThat(root()
            .failure(
                "fleet_server_add",
                "name",
                "web-of-nobody",
                "node",
                "i-0123456789abcdef0",
                "owner",
                name))
        .contains("there is no user “" + name + "”");
  }

  @Test
  void anUnknownReseller() {
    assertThat(root().failure("unsetupreseller", "user", "nobody"))
        .contains("user: there is no reseller named “nobody”");
    assertThat(root().failure("unsetupreseller", "user", "root")).contains("is not a reseller");
  }
}
