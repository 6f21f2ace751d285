package dev.latchkey.list;

import static dev.latchkey.list.Listing.listing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.api.WhmFailure;
import dev.latchkey.testing.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortingTest {
  private static final Listing LIST =
      listing("id=1 n=10 plan=b", "id=2 n=9 plan=a", "id=3 n=0 plan=b", "id=4 n=-1 plan=a");

  @Test
  void withoutAMethodItIsLexicographic() {
    assertThat(LIST.ids("sort.enable=1 sort.a.field=n")).isEqualTo("4 3 1 2");
  }

  @ParameterizedTest
  @Words("sort.a.reverse=0 sort.a.reverse= sort.b.field=id")
  void withoutReverseTheLeastComesFirst(String notReverse) {
    assertThat(LIST.ids("sort.enable=1 sort.a.field=n sort.a.method=numeric " + notReverse))
        .isEqualTo("4 3 2 1");
  }

  @Test
  void equalRecordsKeepTheirOrder() {
    assertThat(LIST.ids("sort.enable=1 sort.a.field=plan")).isEqualTo("2 4 1 3");
  }

  @Test
  void equalRecordsKeepTheirOrderAlsoInReverse() {
    assertThat(LIST.ids("sort.enable=1 sort.a.field=plan sort.a.reverse=1")).isEqualTo("1 3 2 4");
  }

  @Test
  void theFirstLetterIsTheFirstKeyWhateverTheOrderOfTheArguments() {
    assertThat(LIST.ids("sort.za.field=n sort.za.method=numeric "
            + "sort.z.field=plan sort.z.reverse=1 sort.enable=1"))
        .isEqualTo("3 1 4 2");
  }

  @Test
  void whatIsSwitchedOffLeavesTheOrder() {
    assertThat(LIST.ids("sort.enable=0 sort.a.field=n")).isEqualTo("1 2 3 4");
  }

  @Test
  void theSlipOfTheOldDocumentationIsNoKey() {
    assertThat(LIST.ids("sort.enable=1 sort.field=n")).isEqualTo("1 2 3 4");
  }

  @ParameterizedTest
  @Words("sort.A.field sort.2.field sort.a sort.a.metod sort.enabled")
  void whatIsNotReadIsRefusedByItsName(String unread) {
    assertThatThrownBy(() -> LIST.cut("sort.enable=1 sort.a.field=n " + unread + "=n"))
        .isInstanceOf(WhmFailure.class)
        .hasMessage(
            "api." + unread + ": is not read; what is read is api.sort.a.field, "
                + "api.sort.a.method, api.sort.a.reverse, and the same with b to z, za and so on for a.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"alphabetic", "NUMERIC", ""})
  void anUnknownMethodIsRefusedByItsParameterWithTheMethodsThereAre(String method) {
    assertThatThrownBy(() -> LIST.cut("sort.enable=1 sort.b.field=n sort.b.method=" + method))
        .isInstanceOf(WhmFailure.class)
        .hasMessage("api.sort.b.method: “%s” is not a sort method; the methods are %s."
            .formatted(method, "lexicographic, numeric, numeric_zero_as_max, ipv4"));
  }

  @Test
  void aKeyWithoutAFieldIsRefusedByItsParameter() {
    assertThatThrownBy(() -> LIST.cut("sort.enable=1 sort.b.reverse=1"))
        .isInstanceOf(WhmFailure.class)
        .hasMessage("api.sort.b.field: is missing; name a field.");
  }
}
