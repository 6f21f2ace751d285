package dev.latchkey.testing;

import dev.latchkey.settings.Settings;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.quarkus.test.Mock;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** The store, with a place between what a call has read and what it writes, and with another table where a test names one. */
@Mock
@Singleton
public class StoreGate extends Store {
  private static final AtomicReference<Runnable> MEANWHILE = new AtomicReference<>();

  private static volatile Optional<String> otherTable = Optional.empty();

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

  /** Uses another table from now on, as functions do whose environment names another one; none for the usual one. */
  public static void use(Optional<String> table) {
    otherTable = table;
  }

  @Override
  public String tableName() {
    return otherTable.orElseGet(super::tableName);
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
