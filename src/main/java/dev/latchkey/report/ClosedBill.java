package dev.latchkey.report;

import dev.latchkey.api.PriceClass;
import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import dev.latchkey.usage.ClosedMonthTable.ClosedMonth;
import dev.latchkey.usage.PriceList;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;

/** What a closed month states, as rows: with its own prices, whatever is set by now. */
record ClosedBill(ClosedMonth month, Data.Hash stated) {
  private static final int MOST = 200_000;
  private static final int NESTED = 4;

  static ClosedBill of(ClosedMonth month) {
    return new ClosedBill(month, Json.read(month.statement(), MOST, NESTED));
  }

  PriceList prices() {
    var prices = new EnumMap<PriceClass, BigDecimal>(PriceClass.class);
    var set = (Data.Hash) stated.get("prices").orElseThrow();
    for (var each : PriceClass.values()) {
      prices.put(each, new BigDecimal(text(set, each.word())));
    }
    return new PriceList(text(stated, "currency"), prices);
  }

  /** By function, and then what is adjusted of the month before. */
  List<Data.Hash> rows() {
    var about = Data.hash().with("user", month.user());
    var rows = new ArrayList<Data.Hash>();
    rows(about, "functions", rows);
    rows(about.with("adjusts", text(stated, "adjusted_month")), "adjustments", rows);
    return rows;
  }

  private void rows(Data.Hash about, String name, List<Data.Hash> rows) {
    for (var each : ((Data.Sequence) stated.get(name).orElseThrow()).items()) {
      rows.add(about
          .with(((Data.Hash) each).without("number"))
          .with("currency", text(stated, "currency")));
    }
  }

  private static String text(Data.Hash hash, String name) {
    return ((Data.Text) hash.get(name).orElseThrow()).value();
  }
}
