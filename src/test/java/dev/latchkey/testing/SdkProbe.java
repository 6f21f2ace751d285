package dev.latchkey.testing;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Notes every request to AWS, and fails those that a test wants to fail: what local parts cannot be made to show. */
public final class SdkProbe implements ExecutionInterceptor {
  private static final List<String> REQUESTS = new CopyOnWriteArrayList<>();
  private static final AtomicReference<Function<SdkRequest, Optional<RuntimeException>>> BEFORE =
      new AtomicReference<>(request -> Optional.empty());
  private static final AtomicReference<Function<SdkRequest, Optional<RuntimeException>>> AFTER =
      new AtomicReference<>(request -> Optional.empty());

  /** The requests since then, by operation, in their order. */
  public static List<String> requests() {
    return List.copyOf(REQUESTS);
  }

  public static void reset() {
    REQUESTS.clear();
    BEFORE.set(request -> Optional.empty());
    AFTER.set(request -> Optional.empty());
  }

  /** Fails requests before they are sent. */
  public static void failBefore(Function<SdkRequest, Optional<RuntimeException>> faults) {
    BEFORE.set(faults);
  }

  /** Fails requests after DynamoDB has carried them out: the reply is lost. */
  public static void failAfter(Function<SdkRequest, Optional<RuntimeException>> faults) {
    AFTER.set(faults);
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    REQUESTS.add(context.request().getClass().getSimpleName().replace("Request", ""));
    BEFORE.get().apply(context.request()).ifPresent(failure -> {
      throw failure;
    });
  }

  @Override
  public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
    AFTER.get().apply(context.request()).ifPresent(failure -> {
      throw failure;
    });
  }
}
