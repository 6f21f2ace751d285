package dev.latchkey.store;

import io.smallrye.mutiny.Context;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * How many requests to AWS one call makes. It travels in the context of the call's own Uni, because a call has no thread of
 * its own.
 */
public final class RequestCount {
  private static final String KEY = RequestCount.class.getName();

  private final AtomicInteger requests = new AtomicInteger();

  public int value() {
    return requests.get();
  }

  /** The same work, whose requests are counted here, and then where the work around it is counted too. */
  public <T> Uni<T> of(Uni<T> work) {
    return Uni.createFrom()
        .context(around -> Uni.createFrom()
            .<T>emitter(result -> {
              var own = Context.of(KEY, this);
              var running = work.subscribe().with(own, result::complete, result::fail);
              result.onTermination(running::cancel);
            })
            .onTermination()
            .invoke(() -> in(around).ifPresent(outer -> outer.requests.addAndGet(value()))));
  }

  /** Sends a request, which the call that it belongs to counts; one of no call is sent all the same. */
  public static <T> Uni<T> send(Supplier<? extends CompletionStage<T>> request) {
    return Uni.createFrom().context(context -> {
      in(context).ifPresent(count -> count.requests.incrementAndGet());
      return Uni.createFrom().completionStage(request);
    });
  }

  private static Optional<RequestCount> in(Context context) {
    return Optional.ofNullable(context.getOrElse(KEY, () -> null));
  }
}
