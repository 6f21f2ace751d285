package dev.latchkey.list;

import static dev.latchkey.list.Listing.controls;
import static dev.latchkey.list.Listing.listing;
import static dev.latchkey.list.Listing.record;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.data.Data;
import dev.latchkey.testing.Words;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class ColumnsTest {
  private static final Listing LIST = listing("id=1 a=x b=y", "id=2 b=z");

  @Test
  void onlyTheNamedFieldsStayWhateverTheirLetters() {
    assertThat(LIST.cut("columns.enable=1 columns.f=b columns.b=id"))
        .containsExactly(record("id=1 b=y"), record("id=2 b=z"));
  }

  @Test
  void theyComeInTheOrderOfTheLetters() {
    var first =
        LIST.cut("columns.enable=1 columns.c=a columns.a=b columns.b=id").get(0);

    assertThat(((Data.Hash) first).entries().keySet()).containsExactly("b", "id", "a");
  }

  @Test
  void aFieldThatARecordDoesNotHaveIsNotMadeUp() {
    assertThat(LIST.cut("columns.enable=1 columns.a=a"))
        .containsExactly(record("a=x"), Data.hash());
  }

  @ParameterizedTest
  @Words("1 true yes")
  void switchedOnWithoutALetterItLeavesTheRecords(String on) {
    assertThat(LIST.cut("columns.enable=" + on)).isEqualTo(LIST.records());
  }

  @Test
  void whatIsSwitchedOffLeavesTheRecords() {
    assertThat(LIST.cut("columns.enable=0 columns.a=id")).isEqualTo(LIST.records());
  }

  @Test
  void aRecordThatIsATextStays() {
    var texts = List.of(Data.text("version"), Data.text("applist"));

    assertThat(controls("columns.enable=1 columns.a=id").cut(texts).records()).isEqualTo(texts);
  }
}
