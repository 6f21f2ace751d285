package dev.latchkey.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Caller;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Argument;
import dev.latchkey.api.Arguments;
import dev.latchkey.api.Call;
import dev.latchkey.data.Data;
import dev.latchkey.data.Format;
import dev.latchkey.data.Json;
import dev.latchkey.list.Steps;
import dev.latchkey.wire.CommandRunner;
import dev.latchkey.wire.Envelope;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A batch is bounded by what it answers, and is a change where a command of it is one. */
class BatchBoundTest {
  private final Set<Steps> budgets = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Batch batch = new Batch(new CommandRunner(() -> null, null, null, null) {
    @Override
    public Uni<Envelope> run(Call call, Steps steps, int number, String command) {
      budgets.add(steps);
      var data = Data.hash().with("text", "x".repeat(Integer.parseInt(command.split("[?]")[1])));
      return Uni.createFrom().item(new Envelope("list", 1, "OK", Data.hash(), Optional.of(data)));
    }

    @Override
    public boolean changes(String command) {
      return command.startsWith("create");
    }
  });

  @Test
  void theCommandsAfterFourMillionBytesAreNotRunButNamed() {
    var stopped = answer("list?2000000", "list?2000000", "list?1", "create?secret=1");

    assertThat(stopped.result()).isZero();
    assertThat(stopped.reason())
        .isEqualTo("The answers of the first 2 commands have more than 4000000 bytes, so these "
            + "commands were not run: 3 list, 4 create. Send them in a batch of their own.");
    assertThat(done(stopped)).isEqualTo(2);
  }

  /** What it did is told all the same, and nobody would know it otherwise. */
  @Test
  void anAnswerThatDoesNotFitIsLeftOutUnlessItIsOfAChange() {
    var last = answer("list?3000000", "list?3000000");

    assertThat(last.result()).isEqualTo(1);
    assertThat(new String(Json.write(last.data().orElseThrow())))
        .hasSizeLessThan(3_001_000)
        .contains("bytes does not fit into this batch; call it by itself");

    var change = answer("list?3000000", "create?1500000");
    assertThat(new String(Json.write(change.data().orElseThrow()))).hasSizeGreaterThan(4_500_000);
  }

  @Test
  void withNothingLeftToRunItIsDone() {
    var all = answer("list?2000000", "list?1999000", "list?900000");

    assertThat(all.result()).isEqualTo(1);
    assertThat(done(all)).isEqualTo(3);
  }

  /** What filters and sort keys may read is bounded for the call, and it is one. */
  @Test
  void itsCommandsShareWhatTheyMayRead() {
    answer("list?1", "list?1", "list?1");
    assertThat(budgets).hasSize(1);

    answer("list?1");
    assertThat(budgets).hasSize(2);
  }

  @Test
  void itChangesSomethingWhereOneOfItsCommandsDoes() {
    assertThat(batch.changes(arguments("list?1", "create?1"))).isTrue();
    assertThat(batch.changes(arguments("list?1", "list?1"))).isFalse();
    assertThat(batch.changes(arguments())).isFalse();
  }

  private Answer answer(String... commands) {
    var call = new Call(
        batch.declaration(),
        arguments(commands),
        Caller.class.cast(null),
        Optional.empty(),
        Format.JSON,
        Instant.EPOCH,
        "id");
    return batch.answer(call).await().indefinitely();
  }

  private static Arguments arguments(String... commands) {
    return new Arguments(
        Arrays.stream(commands).map(one -> new Argument("command", one)).toList());
  }

  private static int done(Answer answer) {
    return ((Data.Sequence) answer.data().orElseThrow().get("result").orElseThrow())
        .items()
        .size();
  }
}
