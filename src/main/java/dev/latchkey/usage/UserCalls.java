package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.access.Tally;
import dev.latchkey.access.TokenCallsTable;
import dev.latchkey.access.TokenCallsTable.TokenCalls;
import dev.latchkey.store.Unis;
import dev.latchkey.usage.UsageTable.Kept;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The calls of a user's month: what its tokens count, and what is kept of those that are gone. Counters move from the one
 * to the other while they are read, and so what is kept is read before and after the rest: where it has changed, all is
 * read again, and nothing is added twice or left out.
 */
@Singleton
public class UserCalls {
  private static final int REPEATS = 5;
  private static final int OF_A_PAGE = 1_000;

  private final TokenCallsTable tokens;
  private final UsageTable usage;

  @Inject
  UserCalls(TokenCallsTable tokens, UsageTable usage) {
    this.tokens = tokens;
    this.usage = usage;
  }

  /** The sum, of all calls that were counted before it was begun to be read. */
  public Uni<Tally> sum(String user, Month month) {
    return steadily(
        user, month, kept -> live(user, month, "", Tally.NONE).map(kept.all()::plus), REPEATS);
  }

  private Uni<Tally> live(String user, Month month, String after, Tally sum) {
    return tokens.page(user, month, after, OF_A_PAGE).chain(page -> {
      var more = page.stream().map(TokenCalls::calls).reduce(sum, Tally::plus);
      return page.size() < OF_A_PAGE
          ? Uni.createFrom().item(more)
          : live(user, month, page.get(OF_A_PAGE - 1).id(), more);
    });
  }

  /**
   * Some of the tokens that made calls, in the order of their ids, and those that did not and are still there.
   *
   * @param after the id of the last one before; empty for the first ones
   * @return fewer than {@code most} where there are no more
   */
  public Uni<List<TokenCalls>> tokens(String user, Month month, String after, int most) {
    return steadily(
        user,
        month,
        kept -> Uni.combine()
            .all()
            .unis(tokens.page(user, month, after, most), usage.tokens(user, month, after, most))
            .asTuple()
            .map(both -> merged(both.getItem1(), both.getItem2(), most)),
        REPEATS);
  }

  /**
   * What some tokens called together.
   *
   * @param isAll whether that is known: false where one of them may be among those that are not told apart any more
   */
  public record Together(Tally calls, boolean isAll) {
    private static final Together NOTHING = new Together(Tally.NONE, true);

    public Together plus(Together other) {
      return new Together(calls.plus(other.calls), isAll && other.isAll);
    }
  }

  /** @param ids their lasting ids */
  public Uni<Together> sum(String user, Month month, List<String> ids) {
    return ids.isEmpty()
        ? Uni.createFrom().item(Together.NOTHING)
        : steadily(
            user,
            month,
            kept -> Unis.all(ids, id -> of(user, month, id, kept.untold()))
                .map(all -> all.stream().reduce(Together.NOTHING, Together::plus)),
            REPEATS);
  }

  private Uni<Together> of(String user, Month month, String id, Tally untold) {
    return Uni.combine()
        .all()
        .unis(tokens.find(user, month, id), usage.find(user, month, id))
        .asTuple()
        .map(both -> new Together(
            both.getItem1().map(TokenCalls::calls).orElse(Tally.NONE).plus(both.getItem2()),
            both.getItem1().isPresent()
                || !both.getItem2().byFunction().isEmpty()
                || untold.byFunction().isEmpty()));
  }

  /** Of tokens that are not told apart any more, as they were too many, or a year has passed. */
  public Uni<Tally> untold(String user, Month month) {
    return usage.kept(user, month).map(Kept::untold);
  }

  /** A token that had counters of the month both on itself and elsewhere is one; it has the name that it has by now. */
  private static List<TokenCalls> merged(List<TokenCalls> live, List<TokenCalls> gone, int most) {
    var byId = new TreeMap<String, TokenCalls>();
    gone.forEach(token -> byId.merge(token.id(), token, UserCalls::one));
    live.forEach(token -> byId.merge(token.id(), token, UserCalls::one));
    return byId.values().stream().limit(most).toList();
  }

  private static TokenCalls one(TokenCalls first, TokenCalls second) {
    return new TokenCalls(first.id(), second.name(), first.calls().plus(second.calls()));
  }

  private <T> Uni<T> steadily(String user, Month month, Function<Kept, Uni<T>> read, int repeats) {
    return usage
        .kept(user, month)
        .chain(before -> read.apply(before)
            .chain(got -> usage.kept(user, month).chain(after -> {
              if (after.equals(before)) {
                return Uni.createFrom().item(got);
              }
              return repeats == 0
                  ? Uni.createFrom()
                      .failure(new IllegalStateException(
                          "the counters of " + user + " moved as often as they were read"))
                  : steadily(user, month, read, repeats - 1);
            })));
  }
}
