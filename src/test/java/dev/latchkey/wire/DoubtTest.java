package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.access.Caller;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Argument;
import dev.latchkey.api.Arguments;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.data.Format;
import dev.latchkey.repeat.Repeats;
import io.smallrye.mutiny.Uni;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What breaks after a change has begun is never said not to be done. */
class DoubtTest {
  private static final String MAY_BE_DONE =
      "it may have been done, which audit_list request_id=id tells";
  private static final String NOT_DONE = "nothing was done";

  private final Dispatcher dispatcher = new Dispatcher(
      new Repeats(null, Optional.empty()), new SecureRandom(), new Noting(null, Set.of()));

  private static final class Made extends WhmFunction {
    private final Supplier<Uni<Answer>> made;

    Made(boolean changes, Supplier<Uni<Answer>> made) {
      super(changes ? made().changes() : made());
      this.made = made;
    }

    private static Declaration made() {
      return Declaration.of("made", "")
          .answers(Field.list("list", "Records.", List.of(Field.text("name", "Its name."))));
    }

    @Override
    public Uni<Answer> answer(Call call) {
      return made.get();
    }
  }

  @Test
  void aChangeThatBreaksMayHaveBeenDone() {
    for (var broken : List.of(new IllegalStateException(), new OutOfMemoryError())) {
      Supplier<Uni<Answer>> fails = () -> Uni.createFrom().failure(broken);
      assertThat(problem(new Made(true, fails))).contains(MAY_BE_DONE);
      assertThat(problem(new Made(false, fails))).contains(NOT_DONE);
    }
    Supplier<Uni<Answer>> overflows = () -> {
      throw new StackOverflowError();
    };
    assertThat(problem(new Made(true, overflows))).contains(MAY_BE_DONE);
  }

  @Test
  void aListThatCannotBeCutIsNoRefusalOfAChange() {
    var record = Data.hash().with("name", "x".repeat(1_000));
    var list = Data.hash().with("list", new Data.Sequence(Collections.nCopies(2_000, record)));
    Supplier<Uni<Answer>> answers = () -> Uni.createFrom().item(Answer.of(list));

    assertThat(problem(new Made(true, answers))).contains(MAY_BE_DONE);
  }

  @Test
  void anAnswerThatCannotBeWrittenLeavesTheSameDoubt() {
    Supplier<String> written = () -> {
      throw new OutOfMemoryError();
    };

    assertThatThrownBy(() -> dispatcher.form(written, "id", true).await().indefinitely())
        .hasMessageContaining(MAY_BE_DONE);
    assertThatThrownBy(() -> dispatcher.form(written, "id", false).await().indefinitely())
        .hasMessageContaining(NOT_DONE);
  }

  @Test
  void anAnswerThatIsTooLongIsRefusedWhereNothingWasChanged() {
    Supplier<String> tooLong = () -> {
      throw AnswerSize.refusal(new byte[7_000_000], Optional.empty());
    };

    assertThatThrownBy(() -> dispatcher.form(tooLong, "id", true).await().indefinitely())
        .isInstanceOf(Fault.class)
        .hasMessageContaining(MAY_BE_DONE);
    assertThatThrownBy(() -> dispatcher.form(tooLong, "id", false).await().indefinitely())
        .isInstanceOf(WhmFailure.class)
        .hasMessageContaining("ask for less at once");
  }

  private String problem(WhmFunction function) {
    var arguments = new Arguments(
        List.of(new Argument("api.sort.enable", "1"), new Argument("api.sort.a.field", "name")));
    var call = new Call(
        function.declaration(),
        arguments,
        Caller.class.cast(null),
        Optional.empty(),
        Format.JSON,
        Instant.EPOCH,
        "id");
    try {
      return dispatcher.run(function, call).await().indefinitely().reason();
    } catch (Fault fault) {
      return fault.getMessage();
    }
  }
}
