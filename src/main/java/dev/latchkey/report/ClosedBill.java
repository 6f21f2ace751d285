package dev.latchkey.report;

import dev.latchkey.data.Data;
import dev.latchkey.usage.ClosedMonthTable.ClosedMonth;
import dev.latchkey.usage.PriceList;
import java.util.ArrayList;
import java.util.List;

/** What a closed month states, as rows: with its own prices, whatever is set by now. */
record ClosedBill(ClosedMonth month, Data.Hash stated) {
  static ClosedBill of(ClosedMonth month) {
    return new ClosedBill(month, month.stated());
  }

  PriceList prices() {
    return month.prices();
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
      // What is adjusted has the currency of the month before.
      rows.add(about
          .with("currency", text(stated, "currency"))
          .with(((Data.Hash) each).without("number")));
    }
  }

  private static String text(Data.Hash hash, String name) {
    return ((Data.Text) hash.get(name).orElseThrow()).value();
  }
}
