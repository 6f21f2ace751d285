package dev.latchkey.wire;

import dev.latchkey.access.Tally;
import dev.latchkey.api.Argument;
import dev.latchkey.api.Arguments;
import dev.latchkey.api.Call;
import dev.latchkey.api.Functions;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.list.Steps;
import dev.latchkey.text.Quoted;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Optional;

/** Runs one command of a batch, {@code FUNCTION?name=value&…}, as a call of its own by the batch's caller. */
@Singleton
public class CommandRunner {
  private final Provider<Functions> functions;
  private final Dispatcher dispatcher;
  private final Noting noting;
  private final Clock clock;

  /** @param functions asked for later: batch is one of them */
  @Inject
  public CommandRunner(
      Provider<Functions> functions, Dispatcher dispatcher, Noting noting, Clock clock) {
    this.functions = functions;
    this.dispatcher = dispatcher;
    this.noting = noting;
    this.clock = clock;
  }

  /**
   * @param steps what the commands before it have left
   * @param number the command's place in the batch, from 0
   * @return its envelope, also where the fault is ours: the commands before it are done all the same
   */
  public Uni<Envelope> run(Call batch, Steps steps, int number, String command) {
    var id = batch.request() + "." + number;
    var line = new CallLine(id, name(command), batch.caller().source(), clock.instant());
    line.admitted(batch.caller());
    return line.requests()
        .of(Uni.createFrom().deferred(() -> carryOut(batch, steps, number, command, line)));
  }

  private Uni<Envelope> carryOut(
      Call batch, Steps steps, int number, String command, CallLine line) {
    var mark = command.indexOf('?');
    var name = name(command);
    var shown = Quoted.of(name);
    try {
      if (name.equals(batch.function().name())) {
        throw WhmFailure.refused("A " + shown + " cannot be a command of a " + shown + ".");
      }
      var function = functions.get().find(name).orElseThrow(() -> WhmFailure.unknownApp(shown));
      var arguments =
          arguments(batch, mark < 0 ? Optional.empty() : Optional.of(command.substring(mark + 1)));
      return dispatcher
          .run(function, batch.command(number, function.declaration(), arguments), steps)
          .invoke(envelope -> line.answered(envelope, clock.instant()))
          .onFailure(Fault.class)
          .recoverWithItem(fault -> {
            line.failed(fault.getMessage(), clock.instant());
            return Envelope.failure(shown, fault.getMessage());
          });
    } catch (WhmFailure failure) {
      var refusal = dispatcher.refuse(shown, failure);
      return noting
          .refused(
              batch.caller(),
              functions
                  .get()
                  .find(name)
                  .map(known -> known.declaration().name())
                  .orElse(""),
              batch.arguments(),
              failure,
              batch.at(),
              batch.request() + "." + number)
          .map(noted -> {
            line.answered(refusal, clock.instant());
            return refusal;
          });
    }
  }

  /** Whether the command may change something. */
  public boolean changes(String command) {
    return functions
        .get()
        .find(name(command))
        .filter(function -> function.declaration().isChanging())
        .isPresent();
  }

  /** The number of the command's function, by which it is counted. */
  public int number(String command) {
    return functions
        .get()
        .find(name(command))
        .map(function -> function.declaration().number())
        .orElse(Tally.UNKNOWN);
  }

  private static String name(String command) {
    var mark = command.indexOf('?');
    return mark < 0 ? command : command.substring(0, mark);
  }

  /** WHM allows {@code api.version=1} inside and needs none. */
  private static Arguments arguments(Call batch, Optional<String> query) {
    var arguments = ArgumentReader.read(query, Optional.empty(), new byte[0]);
    var versioned = new ArrayList<>(arguments.all());
    if (arguments.values(ApiVersion.PARAMETER).isEmpty()) {
      versioned.add(new Argument(ApiVersion.PARAMETER, "1"));
    }
    var all = new Arguments(versioned, batch.arguments().isInUrl("command") ? versioned.size() : 0);
    if (ApiVersion.of(all) != ApiVersion.ONE) {
      throw WhmFailure.parameter(ApiVersion.PARAMETER, "a batch runs only commands of version 1.");
    }
    return all;
  }
}
