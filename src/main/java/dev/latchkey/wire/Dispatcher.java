package dev.latchkey.wire;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.api.Xid;
import dev.latchkey.list.ListControls;
import dev.latchkey.list.Steps;
import dev.latchkey.repeat.Repeats;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Carries out an admitted call: its privilege, its arguments, the function, and the cut of its list. */
@Singleton
public class Dispatcher {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.calls");

  private final Repeats repeats;
  private final SecureRandom random;
  private final Noting noting;

  @Inject
  public Dispatcher(Repeats repeats, SecureRandom random, Noting noting) {
    this.repeats = repeats;
    this.random = random;
    this.noting = noting;
  }

  /** Fails when the fault is ours, and only then: a refusal is an answer. */
  public Uni<Envelope> run(WhmFunction function, Call call) {
    return run(function, call, new Steps());
  }

  /** @param steps what the call has left of them */
  Uni<Envelope> run(WhmFunction function, Call call, Steps steps) {
    var declaration = function.declaration();
    var changes = function.changes(call.arguments());
    var begun = new AtomicBoolean();
    var first = new AtomicReference<Stamp>();
    return Uni.createFrom()
        .deferred(() -> {
          if (declaration
              .privilege()
              .filter(required -> !call.caller().holds(required))
              .isPresent()) {
            throw WhmFailure.permissionDenied(declaration);
          }
          declaration.refuseNearMisses(call.arguments(), changes);
          var controls = ListControls.from(call.arguments());
          begun.set(true);
          return repeats
              .answer(function, call, first::set)
              .map(answer -> Envelope.of(
                  declaration.name(),
                  changes
                      ? done(controls, declaration, answer, steps)
                      : controls.cut(answer, declaration.listOf(answer), steps)));
        })
        .call(() -> noting.read(call))
        .onFailure(WhmFailure.class)
        .call(failure -> noting.refused(call, failure))
        .onFailure(WhmFailure.class)
        .recoverWithItem(failure -> refuse(declaration.name(), failure))
        .map(envelope -> first.get() == null ? envelope : envelope.repeating(first.get()))
        .onFailure(failure -> !(failure instanceof Fault))
        .transform(failure ->
            fault(call.request(), " " + declaration.name(), failure, changes && begun.get()));
  }

  /**
   * Puts an answer into its form. What breaks there comes after whatever the call has changed; only one that has changed
   * nothing may be refused for it.
   */
  <T> Uni<T> form(Supplier<T> answer, String request, boolean changes) {
    return Uni.createFrom()
        .item(answer)
        .onFailure(failure -> changes || !(failure instanceof WhmFailure))
        .transform(failure -> fault(request, failure, changes));
  }

  /** A list that cannot be cut is no refusal once the change is made. */
  private static Answer done(
      ListControls controls, Declaration declared, Answer answer, Steps steps) {
    try {
      return controls.cut(answer, declared.listOf(answer), steps);
    } catch (WhmFailure refusal) {
      throw new IllegalStateException("the answer of a change cannot be cut", refusal);
    }
  }

  Envelope refuse(String command, WhmFailure failure) {
    return Envelope.failure(command, failure.reason(Xid.next(random)));
  }

  /** @param doubtful whether a change may have been made all the same */
  Fault fault(String request, Throwable cause, boolean doubtful) {
    return fault(request, "", cause, doubtful);
  }

  private Fault fault(String request, String what, Throwable cause, boolean doubtful) {
    var xid = Xid.next(random);
    LOG.errorf(cause, "%s%s failed: (XID %s)", request, what, xid);
    return new Fault(xid, request, doubtful);
  }
}
