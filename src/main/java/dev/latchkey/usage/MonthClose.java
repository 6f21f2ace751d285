package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.access.Tally;
import dev.latchkey.access.TokenCallsTable.TokenCalls;
import dev.latchkey.signing.Signer;
import dev.latchkey.text.Sha256;
import dev.latchkey.usage.BillingTable.Walk;
import dev.latchkey.usage.ClosedMonthTable.ClosedMonth;
import dev.latchkey.usage.Statement.Adjusted;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Closes each user's month: writes what it counted, signed and once. By then nothing of it changes any more: a call counts
 * in the month in which it arrived, it has ended or was taken back half a minute later, and the counters of removed tokens
 * have moved within minutes. What all the same differs a month later is an adjustment of the next bill.
 */
@Singleton
public class MonthClose implements Upkeep {
  /** After the end of the month; the rest of it is an operator's, to repair what went wrong at its end. */
  private static final Duration PATIENCE = Duration.ofDays(2);

  private static final String WALK = "CLOSE";
  private static final int OF_A_PAGE = 250;

  private final UserWalk walk;
  private final BillingTable billing;
  private final ClosedMonthTable closed;
  private final UserCalls calls;
  private final Prices prices;
  private final MonthPrices months;
  private final Signer signer;
  private final Clock clock;

  @Inject
  MonthClose(
      UserWalk walk,
      BillingTable billing,
      ClosedMonthTable closed,
      UserCalls calls,
      Prices prices,
      MonthPrices months,
      Signer signer,
      Clock clock) {
    this.walk = walk;
    this.billing = billing;
    this.closed = closed;
    this.calls = calls;
    this.prices = prices;
    this.months = months;
    this.signer = signer;
    this.clock = clock;
  }

  /** From when on a month is closed. */
  public static Instant time(Month month) {
    return month.end().plus(PATIENCE);
  }

  @Override
  public Uni<Void> run() {
    return Uni.createFrom().deferred(() -> billing.walk(WALK)).chain(found -> {
      var now = clock.instant();
      var at = found
          .map(MonthClose::next)
          .orElseGet(() -> Walk.begin(WALK, Month.of(now).previous().yyyymm()));
      var month = Optional.of(new Month(at.of())).filter(due -> !now.isBefore(time(due)));
      return walk.go(
          at,
          month,
          (user, due) ->
              months.of(due, now).chain(list -> close(user, due, now, list)).replaceWith(true));
    });
  }

  /** No month is left out, however long the reconciler did not run. */
  private static Walk next(Walk last) {
    return last.isDone() ? last.on(new Month(last.of()).next().yyyymm(), last.left()) : last;
  }

  private Uni<Void> close(String user, Month month, Instant now, PriceList list) {
    return closed
        .find(user, month)
        .chain(found -> found.isPresent()
            ? Uni.createFrom().voidItem()
            : adjusted(user, month.previous(), list)
                .chain(adjusted -> count(user, month)
                    .chain(counted -> calls.untold(user, month).chain(untold -> {
                      var sum = counted.calls.plus(untold);
                      var text = new Statement(prices, list)
                          .text(user, month, now, sum, counted.tokens, counted.digest(), adjusted);
                      return signer
                          .sign(text.getBytes(StandardCharsets.UTF_8))
                          .map(signature ->
                              new ClosedMonth(user, text, signature, now, sum, adjusted.calls()))
                          .chain(all -> closed.write(all, month));
                    }))));
  }

  /** What is to be added for the month before, which was closed a month ago. */
  private Uni<Adjusted> adjusted(String user, Month before, PriceList list) {
    return closed
        .find(user, before)
        .chain(found -> found
            .map(then -> calls
                .sum(user, before)
                .map(now -> now.minus(then.calls()))
                .map(more -> new Adjusted(more, then.prices())))
            .orElseGet(() -> Uni.createFrom().item(new Adjusted(Tally.NONE, list))));
  }

  private Uni<Count> count(String user, Month month) {
    return count(user, month, "", new Count());
  }

  private Uni<Count> count(String user, Month month, String after, Count so) {
    return calls.tokens(user, month, after, OF_A_PAGE).chain(page -> {
      page.forEach(so::add);
      return page.size() < OF_A_PAGE
          ? Uni.createFrom().item(so)
          : count(user, month, page.get(OF_A_PAGE - 1).id(), so);
    });
  }

  /** Tokens in the order of their ids, however many. */
  private static final class Count {
    private final MessageDigest sha256 = Sha256.digest();
    private Tally calls = Tally.NONE;
    private long tokens;

    void add(TokenCalls token) {
      calls = calls.plus(token.calls());
      tokens += token.calls().total() == 0 ? 0 : 1;
      token.calls().byFunction().forEach((function, several) -> {
        if (several != 0) {
          var line = token.id() + " " + function + " " + several + "\n";
          sha256.update(line.getBytes(StandardCharsets.UTF_8));
        }
      });
    }

    String digest() {
      return HexFormat.of().formatHex(sha256.digest());
    }
  }
}
