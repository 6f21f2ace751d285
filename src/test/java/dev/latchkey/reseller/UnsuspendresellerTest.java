package dev.latchkey.reseller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class UnsuspendresellerTest extends WhmTest {
  @Test
  void aSuspendedOneCallsAgain() {
    var bob = accounts.suspended();

    root().data("unsuspendreseller", "user", bob.user());

    WhmClient.of(bob).data("version");
  }

  @Test
  void oneThatIsNotSuspendedStaysAsItIs() {
    var bob = accounts.reseller();

    root().data("unsuspendreseller", "user", bob.user(), "reseller-only", "1");

    WhmClient.of(bob).data("version");
  }

  @Test
  void anUnknownReseller() {
    assertThat(root().failure("unsuspendreseller", "user", "nobody"))
        .contains("user: there is no reseller named “nobody”");
  }
}
