package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.access.Tally;
import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;

/**
 * What a closed month states: JSON in one line, which is signed and kept as it is. It has a row for each function, and of
 * the tokens how many there are and a digest: SHA-256 of a line {@code id function-number calls} for each token and
 * function, in their order.
 */
final class Statement {
  private final Prices prices;
  private final PriceList list;

  /** @param list what the month's calls cost */
  Statement(Prices prices, PriceList list) {
    this.prices = prices;
    this.list = list;
  }

  /**
   * What is to be added for the month before.
   *
   * @param list what its bill has for a call: what was billed too much is given back at the same price
   */
  record Adjusted(Tally calls, PriceList list) {}

  /**
   * The amount has what is adjusted, unless that is in another currency: then it stands beside the sum.
   *
   * @param calls of all tokens
   */
  String text(
      String user,
      Month month,
      Instant at,
      Tally calls,
      long tokens,
      String digest,
      Adjusted adjusted) {
    var rows = new ArrayList<Data>();
    var corrections = new ArrayList<Data>();
    var sum = add(calls, list, Data.hash(), rows);
    var currency = adjusted.list().currency();
    var more =
        add(adjusted.calls(), adjusted.list(), Data.hash().with("currency", currency), corrections);
    var all = currency.equals(list.currency()) ? sum.add(more) : sum;
    var tree = Data.hash()
        .with("latchkey", "bill")
        .with("user", user)
        .with("month", month.yyyymm())
        .with("closed_at", at.toString())
        .with("currency", list.currency())
        .with("prices", list.shown())
        .with("functions", new Data.Sequence(rows))
        .with("tokens", Data.hash().with("count", tokens).with("sha256", digest))
        .with("adjusted_month", month.previous().yyyymm())
        .with("adjustments", new Data.Sequence(corrections))
        .with("calls", calls.total())
        .with("amount", PriceList.text(all));
    return new String(Json.write(tree), StandardCharsets.UTF_8);
  }

  private BigDecimal add(Tally calls, PriceList list, Data.Hash about, ArrayList<Data> rows) {
    var sum = BigDecimal.ZERO;
    for (var each : calls.byFunction().entrySet()) {
      var function = prices.of(each.getKey());
      var amount = list.amount(function.priceClass(), each.getValue());
      sum = sum.add(amount);
      rows.add(Data.hash()
          .with("number", function.number())
          .with("function", function.name())
          .with("price_class", function.priceClass().word())
          .with("calls", each.getValue())
          .with("price", list.price(function.priceClass()).toPlainString())
          .with("amount", PriceList.text(amount))
          .with(about));
    }
    return sum;
  }
}
