package dev.latchkey.testing;

import dev.latchkey.settings.Settings;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.quarkus.test.Mock;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** The store, with a place between what a call has read and what it writes. */
@Mock
@Singleton
public class StoreGate extends Store {
  private static final AtomicReference<Runnable> MEANWHILE = new AtomicReference<>();

  @Inject
  public StoreGate(DynamoDbAsyncClient client, Settings settings) {
    super(client, settings.table());
  }

  /** Does {@code meanwhile} once, just before the first transaction of {@code work} is sent. */
  public static <T> T between(Runnable meanwhile, Supplier<T> work) {
    MEANWHILE.set(meanwhile);
    try {
      return work.get();
    } finally {
      MEANWHILE.set(null);
    }
  }

  @Override
  public Uni<Void> write(Transaction transaction) {
    var meanwhile = MEANWHILE.getAndSet(null);
    if (meanwhile == null) {
      return super.write(transaction);
    }
    // Not in the call's own thread: it may be an event loop, of which the other call may need the
    // next turn.
    return Uni.createFrom()
        .<Void>item(() -> {
          meanwhile.run();
          return null;
        })
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .chain(() -> super.write(transaction));
  }
}
