package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.store.EachAlone;
import dev.latchkey.usage.BillingTable.Walk;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Does something once for each user, some of them in each pass of the reconciler, in the order of their names. */
@Singleton
class UserWalk {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.reconciler");

  /** Of one pass, and as many of those that are left: each is a read of all its tokens. */
  static final int MOST = 50;

  /** So many are come back to; then the walk waits until one of them is done. */
  private static final int MOST_LEFT = 500;

  private static final int AT_ONCE = 8;

  private final BilledUsers users;
  private final BillingTable billing;

  @Inject
  UserWalk(BilledUsers users, BillingTable billing) {
    this.users = users;
    this.billing = billing;
  }

  /** What is done for a user, of whom it does no harm to do it twice. */
  interface Work {
    /** @return whether there is nothing left to do */
    Uni<Boolean> of(String user, Month month);
  }

  /**
   * Goes on. Whoever cannot be done keeps nobody else from it: the walk goes past him and comes back, and the pass fails.
   *
   * @param month empty where the walk itself rests, and only comes back to those that are left
   */
  Uni<Void> go(Walk at, Optional<Month> month, Work work) {
    var isOn = month.isPresent() && at.left().size() <= MOST_LEFT - MOST;
    var again = at.left().stream().limit(MOST).toList();
    if (!isOn && again.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    var names = isOn
        ? users
            .of(month.get())
            .map(all -> all.stream()
                .filter(name -> name.compareTo(at.after()) > 0)
                .limit(MOST)
                .toList())
        : Uni.createFrom().item(List.<String>of());
    return names.chain(some -> {
      var left =
          new ConcurrentLinkedQueue<>(at.left().subList(again.size(), at.left().size()));
      var all = Stream.concat(
              again.stream(), some.stream().map(name -> month.get().yyyymm() + "#" + name))
          .toList();
      return all(at, all, work, left)
          .onItemOrFailure()
          .transformToUni((done, failure) -> billing
              .note(new Walk(
                  at.name(),
                  at.of(),
                  some.isEmpty() ? at.after() : some.get(some.size() - 1),
                  at.isDone() || isOn && some.size() < MOST,
                  List.copyOf(left),
                  at.steps()))
              .chain(() -> failure == null
                  ? Uni.createFrom().voidItem()
                  : Uni.createFrom().failure(failure)));
    });
  }

  private static Uni<Void> all(Walk at, List<String> all, Work work, Queue<String> left) {
    return EachAlone.orFail(
        all,
        AT_ONCE,
        one -> {
          var both = one.split("#", 2);
          return work.of(both[1], new Month(both[0])).invoke(done -> {
            if (!done) {
              left.add(one);
            }
          });
        },
        (one, failure) -> {
          LOG.errorf(failure, "the walk %s is not done yet for %s", at.name(), one);
          left.add(one);
        },
        "the walk %s is not done yet for all users".formatted(at.name()));
  }
}
