package dev.latchkey.reconcile;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.audit.Seal;
import dev.latchkey.audit.SealTable;
import dev.latchkey.audit.SealTable.Mark;
import dev.latchkey.change.Change;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What cannot be sealed of one user leaves that of the others to be sealed in the same pass. */
@QuarkusTest
@InProcess
class SealingTest extends WhmTest {
  @Inject
  Store store;

  @Inject
  Change change;

  @Inject
  Clock clock;

  /** The table, with marks of somebody before all others whose newest seal cannot be read. */
  private static final class Damaged extends SealTable {
    private static final String USER = " damaged";

    private final List<Mark> marks;
    private final List<Mark> asked = new ArrayList<>();

    private Damaged(Store store, int many, List<Mark> others) {
      super(store);
      marks = Stream.concat(
              IntStream.range(0, many).mapToObj(i -> new Mark(USER, "%015d#r".formatted(i))),
              others.stream())
          .toList();
    }

    @Override
    public Uni<List<Mark>> unsealed(Optional<Mark> after, int most) {
      after.ifPresent(asked::add);
      return Uni.createFrom()
          .item(marks.stream()
              .filter(mark ->
                  after.filter(last -> text(mark).compareTo(text(last)) <= 0).isEmpty())
              .limit(most)
              .toList());
    }

    private static String text(Mark mark) {
      return mark.user() + "#" + mark.place();
    }

    @Override
    public Uni<Optional<Seal>> newest(String user) {
      return user.equals(USER)
          ? Uni.createFrom().failure(new IllegalArgumentException("not a seal"))
          : super.newest(user);
    }
  }

  /** It is named, is in no seal, and keeps neither its user's entries nor those of others out of one. */
  @Test
  void aMarkThatIsNotOfAnEntryKeepsNothingFromBeingSealed() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    client.data("api_token_create", "token_name", "a");
    var marks =
        List.of(new Key("UNSEALED", " damaged"), new Key("UNSEALED", account.user() + "#damaged"));
    marks.forEach(mark -> store.putNew(Item.at(mark)).await().indefinitely());
    try {
      assertThatThrownBy(() ->
              new Sealing(new SealTable(store), change, clock).run().await().indefinitely())
          .hasMessage("audit entries could not be sealed yet");
    } finally {
      marks.forEach(
          mark -> store.write(store.transaction().delete(mark)).await().indefinitely());
    }

    assertThat(client.data("audit_verify").path("head").asText()).startsWith("1:");
    assertThat(client.data("audit_verify").path("unsealed").asInt()).isZero();
  }

  @Test
  void theUsersAfterOneThatCannotBeSealedAreSealed() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    client.data("api_token_create", "token_name", "a");
    var own = store.query("UNSEALED", account.user() + "#").await().indefinitely().stream()
        .map(item -> new Mark(account.user(), item.getText("sk").split("#", 2)[1]))
        .toList();
    // More than a pass seals.
    var damaged = new Damaged(store, 5_000, own);
    var sealing = new Sealing(damaged, change, clock);

    assertThatThrownBy(() -> sealing.run().await().indefinitely())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("audit entries could not be sealed yet");

    assertThat(client.data("audit_verify").path("head").asText()).startsWith("1:");
    assertThat(client.data("audit_verify").path("unsealed").asInt()).isZero();
    assertThat(damaged.asked).as("the rest of its marks is not read").hasSize(1);
  }
}
