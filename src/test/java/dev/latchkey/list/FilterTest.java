package dev.latchkey.list;

import static dev.latchkey.list.Listing.listing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import dev.latchkey.testing.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
  private static final Listing LIST =
      listing("id=1 plan=old quota=5", "id=2 plan=gold quota=10", "id=3 plan=gold quota=5");

  @Test
  void withoutATypeItIsContains() {
    assertThat(LIST.ids("filter.enable=1 filter.a.field=plan filter.a.arg0=GOL"))
        .isEqualTo("2 3");
  }

  @Test
  void theSlipOfTheDocumentationIsReadAsArg0() {
    assertThat(LIST.ids("filter.enable=1 filter.b.field=plan filter.b.arg=gold"))
        .isEqualTo("2 3");
  }

  @Test
  void severalLettersInAnyOrderAndWithGapsMustAllPass() {
    assertThat(LIST.ids("filter.za.field=quota filter.za.type=== filter.za.arg0=10 "
            + "filter.c.arg0=gold filter.c.field=plan filter.enable=1"))
        .isEqualTo("2");
  }

  @ParameterizedTest
  @Words("filter.enable=0 filter.enable= filter.verbose=1")
  void whatIsNotSwitchedOnLeavesEverything(String notOn) {
    assertThat(LIST.ids(notOn + " filter.a.field=plan filter.a.arg0=gold")).isEqualTo("1 2 3");
  }

  @Test
  void theMetadataTellsHowManyThereWereBefore() {
    assertThat(
            LIST.metadata("filter.enable=1 filter.verbose=1 filter.a.field=plan filter.a.arg0=g"))
        .isEqualTo(Data.hash().with("filter", Data.hash().with("filtered", 3)));
  }

  @Test
  void withoutVerboseTheMetadataTellsNothing() {
    assertThat(LIST.metadata("filter.enable=1 filter.a.field=plan filter.a.arg0="))
        .isEqualTo(Data.hash());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ne", "EQ", "=", "", "matches"})
  void anUnknownTypeIsRefusedByItsParameterWithTheTypesThereAre(String type) {
    assertThatThrownBy(() -> LIST.cut("filter.enable=1 filter.zb.field=x filter.zb.type=" + type))
        .isInstanceOf(WhmFailure.class)
        .hasMessageStartingWith("api.filter.zb.type: “" + type + "”")
        .hasMessageContainingAll("contains, begins, eq, ==, lt, lt_equal,", "gt_handle_unlimited");
  }

  @ParameterizedTest
  @Words("== lt lt_equal gt gt_equal")
  void aNumericTypeRefusesTheWordUnlimited(String type) {
    var filter = "filter.enable=1 filter.a.field=x filter.a.arg0=unlimited filter.a.type=" + type;

    assertThatThrownBy(() -> LIST.cut(filter))
        .isInstanceOf(WhmFailure.class)
        .hasMessage("api.filter.a.arg0: “unlimited” is not a number, which the type " + type
            + " requires.");
  }

  @ParameterizedTest
  @Words("filter.a.arg0=x filter.a.field=")
  void aFilterWithoutAFieldIsRefusedByItsParameter(String part) {
    assertThatThrownBy(() -> LIST.cut("filter.enable=1 " + part))
        .isInstanceOf(WhmFailure.class)
        .hasMessage("api.filter.a.field: is missing; name a field, or *.");
  }

  /** Passed over, they would answer every record, and “OK”. */
  @ParameterizedTest
  @Words(
      "filter.A.field filter.1.field filter.field filter.a filter.a.agr0 filter.a.arg1 filter.a.field.x filter.size.field filter.enabled")
  void whatIsNotReadIsRefusedByItsName(String unread) {
    var filter = "filter.enable=1 filter.a.field=plan filter.a.arg0=gold " + unread + "=plan";

    assertThatThrownBy(() -> LIST.cut(filter))
        .isInstanceOf(WhmFailure.class)
        .hasMessage(
            "api." + unread + ": is not read; what is read is api.filter.a.field, "
                + "api.filter.a.type, api.filter.a.arg0, api.filter.a.arg, and the same with b to z, za and so on for a.");
    assertThat(LIST.ids(filter.replace("enable=1", "enable=0"))).isEqualTo("1 2 3");
  }

  /** Every text contains the empty one. */
  @ParameterizedTest
  @Words("contains begins eq ==")
  void aFilterThatDoesNotSayWhatToLookForIsRefused(String type) {
    assertThatThrownBy(() -> LIST.cut("filter.enable=1 filter.b.field=plan filter.b.type=" + type))
        .isInstanceOf(WhmFailure.class)
        .hasMessage("api.filter.b.arg0: is missing; say what to look for.");
  }
}
