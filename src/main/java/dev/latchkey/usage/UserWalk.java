package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.usage.BillingTable.Walk;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Function;

/** Does something once for each user, some of them in each pass of the reconciler, in the order of their names. */
@Singleton
class UserWalk {
  /** Of one pass: each is a read of all its tokens. */
  static final int MOST = 50;

  private static final int AT_ONCE = 8;

  private final BilledUsers users;
  private final BillingTable billing;

  @Inject
  UserWalk(BilledUsers users, BillingTable billing) {
    this.users = users;
    this.billing = billing;
  }

  /** Where one fails, the pass fails, and the next one begins with the same ones: what is done twice must do no harm. */
  Uni<Void> go(Walk at, Month month, Function<String, Uni<Void>> work) {
    return users.of(month).chain(all -> {
      var some = all.stream()
          .filter(name -> name.compareTo(at.after()) > 0)
          .limit(MOST)
          .toList();
      return Multi.createFrom()
          .iterable(some)
          .onItem()
          .transformToUni(name -> work.apply(name).replaceWith(name))
          .merge(AT_ONCE)
          .collect()
          .asList()
          .chain(done -> billing.note(new Walk(
              at.name(),
              at.of(),
              some.isEmpty() ? at.after() : some.get(some.size() - 1),
              some.size() < MOST)));
    });
  }
}
