package dev.latchkey.usage;

import dev.latchkey.api.PriceClass;
import dev.latchkey.data.Data;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one call of each class costs. Amounts are exact: nothing is rounded, as there is nothing to pay here.
 */
public final class PriceList {
  private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
  private static final Pattern PRICE = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");
  private static final int CENTS = 2;

  private final String currency;
  private final Map<PriceClass, BigDecimal> prices;

  /** @param currency three capital letters of ISO 4217 */
  public PriceList(String currency, Map<PriceClass, BigDecimal> prices) {
    this.currency = currency;
    this.prices = Map.copyOf(prices);
  }

  public String currency() {
    return currency;
  }

  /** @throws IllegalStateException that names the setting and says what would be right */
  static PriceList of(String currency, Map<PriceClass, String> texts) {
    if (!CURRENCY.matcher(currency).matches()) {
      throw new IllegalStateException(
          "latchkey.prices.currency is not three capital letters such as USD");
    }
    var prices = new EnumMap<PriceClass, BigDecimal>(PriceClass.class);
    texts.forEach((of, text) -> {
      if (!PRICE.matcher(text).matches()) {
        throw new IllegalStateException(
            "latchkey.prices." + of.word() + " is not a price of one call such as 0.0005");
      }
      prices.put(of, new BigDecimal(text));
    });
    return new PriceList(currency, prices);
  }

  boolean isSame(PriceList other) {
    return currency.equals(other.currency) && shown().equals(other.shown());
  }

  /** Of what a closed month states. */
  static PriceList stated(Data.Hash statement) {
    var set = (Data.Hash) statement.get("prices").orElseThrow();
    return of(
        text(statement, "currency"),
        Stream.of(PriceClass.values())
            .collect(Collectors.toMap(each -> each, each -> text(set, each.word()))));
  }

  private static String text(Data.Hash hash, String name) {
    return ((Data.Text) hash.get(name).orElseThrow()).value();
  }

  Data.Hash shown() {
    var shown = Data.hash();
    for (var each : PriceClass.values()) {
      shown = shown.with(each.word(), price(each).toPlainString());
    }
    return shown;
  }

  public BigDecimal price(PriceClass of) {
    return prices.get(of);
  }

  public BigDecimal amount(PriceClass of, long calls) {
    return price(of).multiply(BigDecimal.valueOf(calls));
  }

  /** With cents at least, and as many digits as it has. */
  public static String text(BigDecimal amount) {
    var plain = amount.signum() == 0 ? BigDecimal.ZERO : amount.stripTrailingZeros();
    return plain.setScale(Math.max(CENTS, plain.scale())).toPlainString();
  }
}
