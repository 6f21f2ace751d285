package dev.latchkey.system;

import static java.util.stream.Collectors.joining;

import dev.latchkey.access.Tally;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Arguments;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.list.Steps;
import dev.latchkey.text.Quoted;
import dev.latchkey.wire.AnswerSize;
import dev.latchkey.wire.CommandRunner;
import dev.latchkey.wire.Envelope;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * WHM API 1, batch: commands one after the other, each under its own privilege. The credential is admitted once and
 * counts every command.
 */
@Singleton
@Path(Batch.NAME)
public final class Batch extends WhmFunction {
  static final String NAME = "batch";

  private static final int MOST = 50;

  /** Below what API Gateway and Lambda let through, also where the last answer is a long one. */
  private static final int MOST_BYTES = 4_000_000;

  /** Below this no answer is taken out: the lists of functions that change something are bounded by their declarations. */
  private static final int MOST_OF_A_CHANGE = 1_000_000;

  private static final Parameter<List<String>> COMMANDS = Parameter.requiredSeveral(
      "command",
      ParameterType.TEXT,
      "A function with its arguments, FUNCTION?name=value&…, URI-encoded once more; 1 to " + MOST
          + " of them.");

  private static final Parameter<Boolean> ABORT_ON_ERROR = Parameter.defaulting(
      "abort_on_error",
      ParameterType.FLAG,
      false,
      "1 to stop at the first command that fails, 0 to go on.");

  private final CommandRunner runner;

  @Inject
  Batch(CommandRunner runner) {
    super(Declaration.of(NAME, "Runs several functions in one call.")
        .numbered(9)
        .forAnyCaller()
        .needsNothingMore()
        .runsOthers()
        .takes(COMMANDS, ABORT_ON_ERROR)
        .answers(Field.list(
                "result",
                "The answers of the commands, in their order; where it stopped, those until then.",
                Envelope.FIELDS)
            .atMost(MOST)));
    this.runner = runner;
  }

  @Override
  public Tally calls(Arguments arguments) {
    var commands = arguments.values(COMMANDS.name());
    return commands.isEmpty()
        ? super.calls(arguments)
        : Tally.ofEach(commands.stream().limit(MOST).map(runner::number).toList());
  }

  @Override
  public boolean changes(Arguments arguments) {
    return arguments.values(COMMANDS.name()).stream().anyMatch(runner::changes);
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var commands = COMMANDS.from(call);
    if (commands.size() > MOST) {
      throw COMMANDS.refused(
          commands.size() + " commands are given; at most " + MOST + " are run at once.");
    }
    return run(call, new Steps(), commands, new ArrayList<>(), 0);
  }

  /** @param bytes what the answers have so far */
  private Uni<Answer> run(
      Call call, Steps steps, List<String> commands, List<Envelope> done, long bytes) {
    var failed =
        done.isEmpty() || done.get(done.size() - 1).succeeded() ? null : done.get(done.size() - 1);
    if (ABORT_ON_ERROR.from(call) && failed != null) {
      return Uni.createFrom().item(Answer.failed(failed.reason(), results(done)));
    }
    if (done.size() == commands.size()) {
      return Uni.createFrom().item(Answer.of(results(done)));
    }
    if (bytes > MOST_BYTES) {
      return Uni.createFrom().item(Answer.failed(notRun(commands, done.size()), results(done)));
    }
    var command = commands.get(done.size());
    return runner.run(call, steps, done.size(), command).chain(envelope -> {
      var size = size(call, envelope);
      var isTooLong =
          bytes + size > MOST_BYTES && size > MOST_OF_A_CHANGE && !runner.changes(command);
      done.add(isTooLong ? tooLong(envelope, size) : envelope);
      return run(call, steps, commands, done, bytes + size);
    });
  }

  private static long size(Call call, Envelope envelope) {
    return AnswerSize.of(call.format().write("result", envelope.tree()));
  }

  private static Envelope tooLong(Envelope of, long size) {
    return Envelope.failure(
        of.command(),
        "Its answer of " + size + " bytes does not fit into this batch; call it by itself, or ask "
            + "for it in parts, with api.chunk.enable=1, api.chunk.size=100 and api.chunk.start.");
  }

  private static String notRun(List<String> commands, int done) {
    return IntStream.range(done, commands.size())
        .mapToObj(i -> (i + 1) + " " + Quoted.of(commands.get(i).split("\\?", 2)[0]))
        .collect(joining(
            ", ",
            "The answers of the first " + done + " commands have more than " + MOST_BYTES
                + " bytes, so these commands were not run: ",
            ". Send them in a batch of their own."));
  }

  private static Data.Hash results(List<Envelope> done) {
    return Data.hash()
        .with(
            "result", new Data.Sequence(done.stream().<Data>map(Envelope::tree).toList()));
  }
}
