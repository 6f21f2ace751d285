package dev.latchkey.list;

import static dev.latchkey.list.Listing.controls;
import static dev.latchkey.list.Listing.listing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.data.Data;
import dev.latchkey.testing.Words;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTypesTest {
  @ParameterizedTest
  @CsvSource(textBlock = """
      plan,   contains,               OLD,        1 2 3
      plan,   begins,                 gO,         1 2
      plan,   eq,                     gold,       2
      plan,   eq,                     GOLD,       ''
      quota,  ==,                     5.0,        1
      quota,  ==,                     010,        2
      quota,  lt,                     10,         1
      quota,  lt_equal,               10,         1 2
      quota,  lt_equal,               9,          1
      quota,  gt,                     5,          2
      quota,  gt_equal,               5,          1 2
      quota,  gt_equal,               6,          2
      quota,  lt_handle_unlimited,    10,         1
      quota,  lt_handle_unlimited,    unlimited,  1 2
      quota,  gt_handle_unlimited,    5,          2 3
      quota,  gt_handle_unlimited,    unlimited,  ''
      *,      contains,               gold,       1 2 5
      *,      ==,                     4,          4
      none,   contains,               '',         ''
      """)
  void eachTypeKeepsWhatItSays(String field, String type, String arg, String ids) {
    var list = listing(
        "id=1 plan=Gold quota=5",
        "id=2 plan=gold quota=10",
        "id=3 plan=old quota=unlimited",
        "id=4 plan=silver",
        "id=5 x=gold");

    assertThat(list.ids("filter.enable=1 filter.a.field=%s filter.a.type=%s filter.a.arg0=%s"
            .formatted(field, type, arg)))
        .isEqualTo(ids);
  }

  @ParameterizedTest
  @Words("contains begins eq")
  void nullMatchesNothingNotEvenTheEmptyText(String type) {
    var records = List.<Data>of(Data.hash().with("expires_at", Data.NULL));
    var controls =
        controls("filter.enable=1 filter.a.field=expires_at filter.a.arg0= filter.a.type=" + type);

    assertThat(controls.cut(records).records()).isEmpty();
  }

  @Test
  void nestedValuesAreLookedInto() {
    var nested = Data.hash().with("ips", Data.texts(List.of("10.0.0.1", "192.0.2.1")));
    var controls = controls("filter.enable=1 filter.a.field=ips filter.a.arg0=192");

    assertThat(controls.cut(List.of(nested, Data.hash())).records()).containsExactly(nested);
  }
}
