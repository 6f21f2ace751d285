package dev.latchkey.report;

import dev.latchkey.access.Month;
import dev.latchkey.access.Tally;
import dev.latchkey.access.TokenCallsTable.TokenCalls;
import dev.latchkey.data.Data;
import dev.latchkey.store.EachAlone;
import dev.latchkey.usage.BilledUsers;
import dev.latchkey.usage.ClosedMonthTable;
import dev.latchkey.usage.ClosedMonthTable.ClosedMonth;
import dev.latchkey.usage.DayTable;
import dev.latchkey.usage.DayTable.Snapshot;
import dev.latchkey.usage.MonthClose;
import dev.latchkey.usage.MonthPrices;
import dev.latchkey.usage.PriceList;
import dev.latchkey.usage.Prices;
import dev.latchkey.usage.UserCalls;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jboss.logging.Logger;

/** Reads what a report shows: of a closed month what was closed, and otherwise what is counted now. */
@Singleton
class UsageReading {
  /** A Lambda ends after 29 seconds: what failed by then is taken back. */
  private static final Duration CALL = Duration.ofSeconds(30);

  private static final int AT_ONCE = 8;
  private static final Logger LOG = Logger.getLogger("dev.latchkey.usage");

  private final UserCalls calls;
  private final DayTable days;
  private final ClosedMonthTable closed;
  private final BilledUsers users;
  private final Prices prices;
  private final MonthPrices months;

  @Inject
  UsageReading(
      UserCalls calls,
      DayTable days,
      ClosedMonthTable closed,
      BilledUsers users,
      Prices prices,
      MonthPrices months) {
    this.calls = calls;
    this.days = days;
    this.closed = closed;
    this.users = users;
    this.prices = prices;
    this.months = months;
  }

  enum Group {
    FUNCTION,
    TOKEN,
    USER;

    /** As a call names it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What is asked for.
   *
   * @param user empty for all
   * @param after the token's id or the user's name of the last row before; empty for the first ones
   */
  record Asked(
      Month month,
      Group group,
      Optional<String> user,
      boolean byDay,
      Instant at,
      String after,
      int limit) {}

  /**
   * @param closed empty also where it is about several users, each of which has a bill of its own
   * @param unread the users whose calls could not be read, and who have no row
   */
  record Report(
      Optional<ClosedMonth> closed,
      Optional<Instant> closesAt,
      Instant completeUntil,
      String currency,
      List<Data.Hash> rows,
      Optional<String> next,
      List<String> unread) {}

  /**
   * Some rows, and where they go on.
   *
   * @param unread the users whose calls could not be read, and who have no row
   */
  private record Page(List<Data.Hash> rows, Optional<String> next, List<String> unread) {
    Page(List<Data.Hash> rows, Optional<String> next) {
      this(rows, next, List.of());
    }
  }

  Uni<Report> read(Asked asked) {
    if (asked.user().isEmpty()) {
      return months
          .of(asked.month(), asked.at())
          .chain(
              list -> ofAll(asked, list).map(page -> report(asked, Optional.empty(), list, page)));
    }
    var user = asked.user().get();
    return closed.find(user, asked.month()).chain(found -> {
      var bill = found.map(ClosedBill::of);
      return bill.map(ClosedBill::prices)
          .map(list -> Uni.createFrom().item(list))
          .orElseGet(() -> months.of(asked.month(), asked.at()))
          .chain(
              list -> rows(asked, user, bill, list).map(page -> report(asked, found, list, page)));
    });
  }

  private static Report report(Asked asked, Optional<ClosedMonth> bill, PriceList list, Page page) {
    var end = asked.month().end();
    var settled = asked.at().minus(CALL);
    return new Report(
        bill,
        bill.isPresent() ? Optional.empty() : Optional.of(MonthClose.time(asked.month())),
        settled.isBefore(end) ? settled : end,
        list.currency(),
        page.rows(),
        page.next(),
        page.unread());
  }

  private Uni<Page> rows(Asked asked, String user, Optional<ClosedBill> bill, PriceList list) {
    if (asked.byDay()) {
      return byDay(asked, user, list);
    }
    return switch (asked.group()) {
      case TOKEN -> tokens(asked, user, list);
      case FUNCTION ->
        bill.map(ClosedBill::rows)
            .map(rows -> Uni.createFrom().item(new Page(rows, Optional.empty())))
            .orElseGet(() -> counted(asked, user).map(sum -> whole(asked, user, sum, list)));
      case USER ->
        bill.map(ClosedBill::rows)
            .map(UsageRow::byClass)
            .map(rows -> Uni.createFrom().item(new Page(rows, Optional.empty())))
            .orElseGet(() -> counted(asked, user).map(sum -> whole(asked, user, sum, list)));
    };
  }

  private Uni<Tally> counted(Asked asked, String user) {
    return calls.sum(user, asked.month());
  }

  private Page whole(Asked asked, String user, Tally sum, PriceList list) {
    return new Page(rows(asked, Data.hash().with("user", user), sum, list), Optional.empty());
  }

  private List<Data.Hash> rows(Asked asked, Data.Hash about, Tally sum, PriceList list) {
    return asked.group() == Group.FUNCTION
        ? UsageRow.byFunction(about, sum, prices, list)
        : UsageRow.byClass(about, sum, prices, list);
  }

  /** Those without a call make no row; what no token is known of comes last. */
  private Uni<Page> tokens(Asked asked, String user, PriceList list) {
    return calls.tokens(user, asked.month(), asked.after(), asked.limit()).chain(page -> {
      var rows = new ArrayList<Data.Hash>();
      page.forEach(token -> rows.addAll(token(user, token, list)));
      if (page.size() == asked.limit()) {
        return Uni.createFrom()
            .item(new Page(rows, Optional.of(page.get(page.size() - 1).id())));
      }
      return calls.untold(user, asked.month()).map(untold -> {
        rows.addAll(token(user, new TokenCalls("", "", untold), list));
        return new Page(rows, Optional.empty());
      });
    });
  }

  private List<Data.Hash> token(String user, TokenCalls token, PriceList list) {
    var about = Data.hash()
        .with("user", user)
        .with("token_id", token.id())
        .with("token_name", token.name());
    return UsageRow.byClass(about, token.calls(), prices, list);
  }

  private Uni<Page> ofAll(Asked asked, PriceList list) {
    return users.of(asked.month()).chain(all -> {
      var some = all.stream()
          .filter(name -> name.compareTo(asked.after()) > 0)
          .limit(asked.limit())
          .toList();
      var next = some.size() == asked.limit()
          ? Optional.of(some.get(some.size() - 1))
          : Optional.<String>empty();
      var unread = new ConcurrentSkipListSet<String>();
      return EachAlone.all(
              some,
              AT_ONCE,
              name -> closed
                  .find(name, asked.month())
                  .map(found -> found.map(ClosedBill::of))
                  .chain(bill ->
                      rows(asked, name, bill, bill.map(ClosedBill::prices).orElse(list))),
              (name, failure) -> {
                LOG.errorf(failure, "the calls of %s cannot be read", name);
                unread.add(name);
              })
          .map(pages -> new Page(
              pages.stream()
                  .flatMap(page -> page.rows().stream())
                  .sorted(Comparator.comparing(row -> row.get("user").toString()))
                  .toList(),
              next,
              List.copyOf(unread)));
    });
  }

  /** What was counted from one day's end to the next, and from the last one until now. */
  private Uni<Page> byDay(Asked asked, String user, PriceList list) {
    return days.find(user, asked.month())
        .chain(noted -> counted(asked, user).map(now -> {
          var last = LocalDate.ofInstant(
              asked.at().isBefore(asked.month().end())
                  ? asked.at()
                  : asked.month().end().minusSeconds(1),
              ZoneOffset.UTC);
          noted.putIfAbsent(last.getDayOfMonth(), new Snapshot(asked.at(), now));
          return new Page(dayRows(asked, user, noted, last, list), Optional.empty());
        }));
  }

  private List<Data.Hash> dayRows(
      Asked asked,
      String user,
      SortedMap<Integer, Snapshot> noted,
      LocalDate last,
      PriceList list) {
    var rows = new ArrayList<Data.Hash>();
    var before = Tally.NONE;
    var day = 0;
    for (var each : noted.entrySet()) {
      var about = Data.hash()
          .with("user", user)
          .with("day", last.withDayOfMonth(each.getKey()).toString())
          .with("days", each.getKey() - day)
          .with("counted_at", each.getValue().at().getEpochSecond());
      rows.addAll(rows(asked, about, each.getValue().calls().minus(before), list));
      before = each.getValue().calls();
      day = each.getKey();
    }
    return rows;
  }
}
