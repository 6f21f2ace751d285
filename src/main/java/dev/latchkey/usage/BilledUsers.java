package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.access.User;
import dev.latchkey.access.UserTable;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.TreeSet;

/**
 * Who may have calls in a month: root, the resellers that there are, those that were removed since it began, and those of
 * whom a token was removed or revoked.
 */
@Singleton
public class BilledUsers {
  private final UserTable users;
  private final BillingTable billing;

  @Inject
  BilledUsers(UserTable users, BillingTable billing) {
    this.users = users;
    this.billing = billing;
  }

  /**
   * In the alphabetical order of their names. It reads in the order in which whoever leaves goes from one to the next, so
   * that nobody is missed who leaves meanwhile.
   */
  public Uni<List<String>> of(Month month) {
    return users
        .resellers()
        .chain(there -> users
            .goneSince(month)
            .chain(gone -> billing.users(month).map(noted -> {
              var names = new TreeSet<>(there);
              names.addAll(gone);
              names.addAll(noted);
              names.add(User.ROOT);
              return List.copyOf(names);
            })));
  }
}
