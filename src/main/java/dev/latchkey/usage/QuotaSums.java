package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.access.QuotaTable;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jboss.logging.Logger;

/** Sums the calls of each user that has a quota, so that no call of theirs writes more than a call of others. */
@Singleton
class QuotaSums implements Upkeep {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.reconciler");

  /** Of one pass; where there are more, they take turns. */
  static final int MOST = 200;

  private static final int AT_ONCE = 8;

  private final QuotaTable quotas;
  private final UserCalls calls;
  private final Clock clock;

  @Inject
  QuotaSums(QuotaTable quotas, UserCalls calls, Clock clock) {
    this.quotas = quotas;
    this.calls = calls;
    this.clock = clock;
  }

  @Override
  public Uni<Void> run() {
    return Uni.createFrom()
        .deferred(quotas::users)
        .chain(all -> Multi.createFrom()
            .iterable(turn(all, clock.instant()))
            .onItem()
            .transformToUni(this::sum)
            .merge(AT_ONCE)
            .collect()
            .asList())
        .invoke(done -> {
          if (done.contains(false)) {
            throw new IllegalStateException("calls of users with a quota could not be summed yet");
          }
        })
        .replaceWithVoid();
  }

  /** Those whose turn it is in this minute. */
  static List<String> turn(List<String> all, Instant now) {
    if (all.size() <= MOST) {
      return all;
    }
    var turned = new ArrayList<>(all);
    var minute = now.getEpochSecond() / 60;
    Collections.rotate(turned, -(int) Math.floorMod(minute * MOST, (long) all.size()));
    return turned.subList(0, MOST);
  }

  private Uni<Boolean> sum(String user) {
    return Uni.createFrom()
        .deferred(() -> {
          var now = clock.instant();
          var month = Month.of(now);
          return calls.sum(user, month).chain(sum -> quotas.write(user, month, sum.total(), now));
        })
        .replaceWith(true)
        .onFailure()
        .invoke(failure -> LOG.errorf(failure, "the calls of %s could not be summed", user))
        .onFailure()
        .recoverWithItem(false);
  }
}
