package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.access.User;
import dev.latchkey.access.UserTable;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.TreeSet;

/** Who may have calls in a month: root, the resellers that there are, and those of whom a token was removed. */
@Singleton
public class BilledUsers {
  private final UserTable users;
  private final BillingTable billing;

  @Inject
  BilledUsers(UserTable users, BillingTable billing) {
    this.users = users;
    this.billing = billing;
  }

  /** In the alphabetical order of their names. */
  public Uni<List<String>> of(Month month) {
    return Uni.combine()
        .all()
        .unis(users.resellers(), billing.users(month))
        .asTuple()
        .map(both -> {
          var names = new TreeSet<>(both.getItem1());
          names.addAll(both.getItem2());
          names.add(User.ROOT);
          return List.copyOf(names);
        });
  }
}
