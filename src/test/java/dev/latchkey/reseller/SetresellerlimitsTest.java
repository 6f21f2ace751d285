package dev.latchkey.reseller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.UserTable;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.StoreGate;
import dev.latchkey.testing.Together;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class SetresellerlimitsTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  UserTable users;

  private Account bob;

  @BeforeEach
  void aReseller() {
    bob = fleet.owner();
  }

  @Test
  void noMoreServersThanThat() {
    fleet.server(bob);
    root().data("setresellerlimits", "user", bob.user(), "account_limit", "1");

    String[] another = {"name", "one-too-many", "node", "i-0fedcba9876543210", "owner", bob.user()};
    assertThat(root().failure("fleet_server_add", another))
        .contains("“" + bob.user() + "” has 1 servers, and 1 are the most");
    var roots = fleet.server(accounts.root());
    assertThat(root().failure("fleet_server_update", "name", roots.name(), "owner", bob.user()))
        .contains("1 are the most");
    assertThat(
            root().data("acctcounts", "user", bob.user()).at("/reseller/limit").asInt())
        .isOne();
    root().data("setresellerlimits", "user", bob.user(), "enable_account_limit", "0");
    root().data("fleet_server_update", "name", roots.name(), "owner", bob.user());
    root().data("fleet_server_remove", "name", roots.name());
  }

  /** Counted before each one adds, all of them would have room. */
  @Test
  void ofThirtyTwoAtTheSameMomentOneIsAdded() {
    root().data("setresellerlimits", "user", bob.user(), "account_limit", "1");
    var root = root();

    var results = Together.run(
        32,
        i -> root.post(
                "fleet_server_add",
                "name",
                bob.user() + "-" + i,
                "node",
                "i-" + UUID.randomUUID().toString().replace("-", "").substring(0, 17),
                "owner",
                bob.user())
            .at("/metadata/result")
            .asInt());

    assertThat(results.stream().mapToInt(Integer::intValue).sum()).isOne();
    assertThat(servers()).isOne();
  }

  /** Whoever has read the limit before it was lowered adds by the new one, or not at all. */
  @Test
  @InProcess
  void nobodyPassesByALimitThatIsSetMeanwhile() {
    fleet.server(bob);
    var roots = fleet.server(accounts.root());

    assertThat(failureWhileLimited(
            "fleet_server_add",
            "name",
            bob.user() + "-more",
            "node",
            "i-" + UUID.randomUUID().toString().replace("-", "").substring(0, 17),
            "owner",
            bob.user()))
        .contains("1 are the most");
    assertThat(
            failureWhileLimited("fleet_server_update", "name", roots.name(), "owner", bob.user()))
        .contains("1 are the most");
    assertThat(servers()).isOne();
    root().data("fleet_server_remove", "name", roots.name());
  }

  private String failureWhileLimited(String function, String... arguments) {
    root().data("setresellerlimits", "user", bob.user(), "enable_account_limit", "0");
    var root = root(); // which makes a token, and so is not a part of the work
    return StoreGate.between(
        () -> root.data("setresellerlimits", "user", bob.user(), "account_limit", "1"),
        () -> root.failure(function, arguments));
  }

  private int servers() {
    return root().data("acctcounts", "user", bob.user()).at("/reseller/active").asInt();
  }

  @Test
  void callsAMonth() {
    root().data("setresellerlimits", "user", bob.user(), "api.quota", "5000");
    assertThat(quota()).hasValue(5000);

    root().data("setresellerlimits", "user", bob.user(), "account_limit", "7");
    assertThat(quota()).as("what is not named stays").hasValue(5000);

    root().data("setresellerlimits", "user", bob.user(), "api.quota", "0");
    assertThat(quota()).isEmpty();
  }

  private OptionalLong quota() {
    return users.find(bob.user()).await().indefinitely().orElseThrow().quota();
  }

  @Test
  void aCallThatNamesNoLimit() {
    assertThat(root().failure("setresellerlimits", "user", bob.user()))
        .contains("account_limit: is missing, and so are “enable_account_limit” and “api.quota”");
    assertThat(root().failure("setresellerlimits", "user", bob.user(), "enable_account_limit", "1"))
        .contains("account_limit: is missing");
  }

  @Test
  void aLimitBesideNoLimitIsNotPassedOver() {
    root().data("setresellerlimits", "user", bob.user(), "account_limit", "3");
    String[] both = {"user", bob.user(), "enable_account_limit", "0", "account_limit", "5"};

    assertThat(root().failure("setresellerlimits", both))
        .contains("account_limit: cannot be combined with enable_account_limit=0");

    assertThat(
            root().data("acctcounts", "user", bob.user()).at("/reseller/limit").asInt())
        .isEqualTo(3);
  }
}
