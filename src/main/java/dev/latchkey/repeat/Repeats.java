package dev.latchkey.repeat;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.DryRun;
import dev.latchkey.api.IdempotencyKey;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.repeat.StampTable.Found;
import dev.latchkey.repeat.Stamping.Overtaken;
import dev.latchkey.settings.Settings;
import dev.latchkey.store.ConditionFailed;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Does a call with a key once. The first leaves a stamp in the transactions of what it does; one that finds the stamp, or
 * meets it when it commits, is a repeat, which the function answers from what is there. A refusal and a dry run leave none.
 */
@Singleton
public class Repeats {
  private static final String BEING_DONE =
      "Another call with this key is being done; nothing was done by this one, call again.";

  private final StampTable table;
  private final Optional<String> domain;

  @Inject
  Repeats(StampTable table, Settings settings) {
    this(table, settings.serversDomain());
  }

  /** @param domain of servers, whose names are its first labels */
  public Repeats(StampTable table, Optional<String> domain) {
    this.table = table;
    this.domain = domain.map(name -> "." + name.toLowerCase(Locale.ROOT));
  }

  /** @param repeats is told whose repeat it is, if it is one */
  public Uni<Answer> answer(WhmFunction function, Call call, Consumer<Stamp> repeats) {
    var key = call.function().isChanging() ? IdempotencyKey.of(call) : Optional.<String>empty();
    if (key.isEmpty()) {
      return DryRun.orReal(call, () -> function.answer(call));
    }
    var asked = Asked.of(call, key.get(), call.host().flatMap(this::server));
    return known(function, call, asked, repeats)
        .chain(repeat -> repeat.orElseGet(() -> DryRun.isOf(call)
            ? DryRun.orReal(call, () -> function.answer(call))
            : first(function, call, asked, repeats)));
  }

  /** Under the domain of servers, the first label names one. */
  private Optional<String> server(String host) {
    var name = host.toLowerCase(Locale.ROOT);
    return domain
        .filter(name::endsWith)
        .map(suffix -> name.substring(0, name.length() - suffix.length()));
  }

  /** The answer to a repeat; empty where there was no such call. */
  private Uni<Optional<Uni<Answer>>> known(
      WhmFunction function, Call call, Asked asked, Consumer<Stamp> repeats) {
    return table
        .find(asked, call.at())
        .map(found -> found.map(known -> {
          repeats.accept(known.stamp());
          return repeat(function, call, asked, known);
        }));
  }

  private Uni<Answer> repeat(WhmFunction function, Call call, Asked asked, Found known) {
    var first = known.stamp();
    asked.refuseUnlike(known.arguments(), first.request());
    return DryRun.isOf(call)
        ? Uni.createFrom().item(() -> DryRun.ofRepeat(call.function(), first))
        : new Stamping(table, asked, call.request(), call.at(), Optional.of(first))
            .of(Uni.createFrom()
                .<Answer>deferred(() -> function.repeated(call.repeating(first), first)));
  }

  private Uni<Answer> first(WhmFunction function, Call call, Asked asked, Consumer<Stamp> repeats) {
    var stamping = new Stamping(table, asked, call.request(), call.at(), Optional.empty());
    return stamping
        .of(Uni.createFrom().<Answer>deferred(() -> function.answer(call)))
        .onItemOrFailure()
        .transformToUni((answer, failure) -> {
          var own = outcome(answer, failure);
          if (stamping.isStamped() || !isRefusal(failure)) {
            return own;
          }
          return failure == null && answer.result() == 1 && !stamping.isOvertaken()
              ? nothingToDo(function, call, asked, stamping.server(), repeats)
                  .chain(other -> other.orElse(own))
              // It may have been refused for what another call with this key has just done.
              : known(function, call, asked, repeats).chain(other -> other.orElse(own));
        });
  }

  private static Uni<Answer> outcome(@Nullable Answer answer, @Nullable Throwable failure) {
    if (failure == null) {
      return Uni.createFrom().item(answer);
    }
    return Uni.createFrom()
        .failure(failure instanceof Overtaken ? WhmFailure.refused(BEING_DONE) : failure);
  }

  /** Of a fault it is not known what was done: the next call with the key finds out. */
  private static boolean isRefusal(@Nullable Throwable failure) {
    return failure == null || failure instanceof WhmFailure || failure instanceof Overtaken;
  }

  /** All was as it was asked for: a repeat does not do either what others may have undone since. */
  private Uni<Optional<Uni<Answer>>> nothingToDo(
      WhmFunction function,
      Call call,
      Asked asked,
      Optional<String> server,
      Consumer<Stamp> repeats) {
    var stamp = new Stamp(call.request(), call.at(), Set.of(Stamp.NOTHING), List.of(), server);
    return table
        .createAlone(asked, stamp)
        .replaceWith(Optional.<Uni<Answer>>empty())
        .onFailure(ConditionFailed.class)
        .recoverWithUni(() -> known(function, call, asked, repeats));
  }
}
