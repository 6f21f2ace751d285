package dev.latchkey.reconcile;

import dev.latchkey.audit.Seal;
import dev.latchkey.audit.SealTable;
import dev.latchkey.audit.SealTable.Mark;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.store.EachAlone;
import dev.latchkey.usage.Upkeep;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jboss.logging.Logger;

/** Seals what was written since, so that nobody can alter it unseen: {@link #MOST} entries a pass, the rest in the next one. */
@Singleton
class Sealing implements Upkeep {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.reconciler");
  private static final int PAGE = 5 * Seal.MOST;
  private static final int MOST = 10 * PAGE;
  private static final int AT_ONCE = 8;

  private final SealTable seals;
  private final Change change;
  private final Clock clock;

  @Inject
  Sealing(SealTable seals, Change change, Clock clock) {
    this.seals = seals;
    this.change = change;
    this.clock = clock;
  }

  /** What went wrong with one user stops no other. */
  @Override
  public Uni<Void> run() {
    return Uni.createFrom().deferred(() -> {
      var failed = new ConcurrentLinkedQueue<Throwable>();
      return pages(Optional.empty(), 0, failed).invoke(() -> {
        if (!failed.isEmpty()) {
          throw new IllegalStateException("audit entries could not be sealed yet", failed.peek());
        }
      });
    });
  }

  private Uni<Void> pages(Optional<Mark> after, int done, Queue<Throwable> failed) {
    return seals
        .unsealed(after, PAGE)
        .chain(marks -> seal(marks, failed).chain(left -> {
          if (marks.size() < PAGE) {
            return Uni.createFrom().voidItem();
          }
          // One that cannot be sealed counts once, however many marks it has.
          var sealed =
              marks.stream().filter(mark -> !left.contains(mark.user())).count();
          var now = done + (int) sealed + left.size();
          if (now >= MOST) {
            LOG.warnf("more than %d audit entries are to be sealed; the next pass goes on", MOST);
            return Uni.createFrom().voidItem();
          }
          var last = marks.get(PAGE - 1);
          var next = left.contains(last.user()) ? last.last() : last;
          return pages(Optional.of(next), now, failed);
        }));
  }

  /** @return the users whose entries could not be sealed; the rest of theirs is passed over */
  private Uni<Set<String>> seal(List<Mark> marks, Queue<Throwable> failed) {
    Set<String> left = ConcurrentHashMap.newKeySet();
    var byUser = new LinkedHashMap<String, List<Mark>>();
    marks.forEach(
        mark -> byUser.computeIfAbsent(mark.user(), none -> new ArrayList<>()).add(mark));
    return EachAlone.all(List.copyOf(byUser.entrySet()), AT_ONCE, this::chain, (user, failure) -> {
          LOG.errorf(failure, "the audit of %s could not be sealed yet", user.getKey());
          failed.add(failure);
          left.add(user.getKey());
        })
        .replaceWith(left);
  }

  /** A mark that is not of an entry is in no seal, and keeps no entry out of one. */
  private Uni<Boolean> chain(Map.Entry<String, List<Mark>> of) {
    var marks = of.getValue().stream().filter(Mark::isOfEntry).toList();
    return seals
        .newest(of.getKey())
        .chain(newest -> links(newest, marks))
        .onFailure(Changed.class)
        .recoverWithNull() // another pass seals them
        .map(done -> {
          if (marks.size() < of.getValue().size()) {
            throw new IllegalStateException("%d marks under UNSEALED / %s are not of entries"
                .formatted(of.getValue().size() - marks.size(), of.getKey()));
          }
          return true;
        });
  }

  private Uni<Void> links(Optional<Seal> before, List<Mark> marks) {
    if (marks.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    var these = marks.subList(0, Math.min(Seal.MOST, marks.size()));
    return seals
        .next(before, these, clock.instant())
        .call(next -> next.map(seal -> change.note(in -> seals.add(in, seal, Changed::new)))
            .orElseGet(() -> Uni.createFrom().voidItem()))
        .chain(next -> links(next.or(() -> before), marks.subList(these.size(), marks.size())));
  }
}
