package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.access.RemainsTable;
import dev.latchkey.access.User;
import dev.latchkey.access.UserTable;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.TreeSet;

/** Who may have calls in a month: root, the resellers that there are, and those of whom a token was removed or revoked. */
@Singleton
public class BilledUsers {
  private final UserTable users;
  private final RemainsTable remains;
  private final BillingTable billing;

  @Inject
  BilledUsers(UserTable users, RemainsTable remains, BillingTable billing) {
    this.users = users;
    this.remains = remains;
    this.billing = billing;
  }

  /**
   * In the alphabetical order of their names. It reads in the order in which whoever leaves goes from one to the next, so
   * that nobody is missed who leaves meanwhile.
   */
  public Uni<List<String>> of(Month month) {
    return users
        .resellers()
        .chain(there -> remains
            .users()
            .chain(left -> billing.users(month).map(removed -> {
              var names = new TreeSet<>(there);
              names.addAll(left);
              names.addAll(removed);
              names.add(User.ROOT);
              return List.copyOf(names);
            })));
  }
}
