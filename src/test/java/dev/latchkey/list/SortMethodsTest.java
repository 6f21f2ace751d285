package dev.latchkey.list;

import static dev.latchkey.list.Listing.listing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SortMethodsTest {
  private static final Listing LIST = listing(
      "id=1 n=10 u=unlimited ip=10.0.0.9 mixed=10",
      "id=2 n=9 u=3 ip=9.1.1.1 mixed=x",
      "id=3 n=0 u=20 ip=10.0.0.10 mixed=9",
      "id=4 n=-1 u=0 ip=200.0.0.1 mixed=2");

  @ParameterizedTest
  @CsvSource(textBlock = """
      n,   lexicographic,        4 3 1 2
      n,   numeric,              4 3 2 1
      n,   numeric_zero_as_max,  4 2 1 3
      u,   numeric,              4 2 3 1
      u,   numeric_zero_as_max,  2 3 1 4
      ip,  ipv4,                 2 1 3 4
      ip,  lexicographic,        3 1 4 2
      """)
  void eachHasItsOrder(String field, String method, String ids) {
    assertThat(LIST.ids("sort.enable=1 sort.a.field=" + field + " sort.a.method=" + method))
        .isEqualTo(ids);
  }

  @ParameterizedTest
  @Words("numeric numeric_zero_as_max ipv4")
  void aKeyOfWhichOneIsNoNumberIsSortedAsText(String method) {
    assertThat(LIST.ids("sort.enable=1 sort.a.field=mixed sort.a.method=" + method))
        .isEqualTo("1 4 3 2");
  }

  @Test
  void aRecordWithoutTheFieldComesFirst() {
    assertThat(listing("id=1 k=a", "id=2 x=z", "id=3 k=A").ids("sort.enable=1 sort.a.field=k"))
        .isEqualTo("2 3 1");
  }
}
