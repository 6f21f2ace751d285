package dev.latchkey.usage;

import dev.latchkey.access.User;
import dev.latchkey.access.UserTable;
import dev.latchkey.store.ConditionFailed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.Serial;

/** How usage lies in the table: {@code M#user#yyyymm / request-id}. */
@Singleton
public class UsageTable {
  private final Store store;
  private final UserTable users;

  @Inject
  public UsageTable(Store store, UserTable users) {
    this.store = store;
    this.users = users;
  }

  /** Writes a call's record, once: a second time changes nothing. One request, also where the user has a quota. */
  public Uni<Void> record(UsageRecord usage, User user) {
    var item = Item.at(new Key("M#" + usage.user() + "#" + usage.month().yyyymm(), usage.request()))
        .with("credential", usage.credential())
        .with("function_name", usage.function())
        .with("calls", usage.count())
        .with("result", usage.result())
        .with("at", usage.at().toEpochMilli());
    var write = user.quota().isPresent() ? countingOnUser(item, usage) : store.putNew(item);
    return write
        .onFailure(
            failure -> failure instanceof ConditionFailed || failure instanceof AlreadyRecorded)
        .recoverWithNull();
  }

  private Uni<Void> countingOnUser(Item item, UsageRecord usage) {
    var transaction = store.transaction().putNew(item, AlreadyRecorded::new);
    users.count(transaction, usage.user(), usage.month(), usage.count());
    return store.write(transaction);
  }

  private static final class AlreadyRecorded extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;
  }
}
