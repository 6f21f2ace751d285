package dev.latchkey.list;

import static dev.latchkey.list.Listing.controls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.api.Answer;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No call buys more reading of its list than the next one. */
class ListBoundsTest {
  private static final String FILTER = "filter.%s.field=name filter.%s.arg0=x";
  private static final String SORT = "sort.%s.field=name";

  /** A record whose name is read in 1,000 steps. */
  private static final Data RECORD = Data.hash().with("name", "x".repeat(999));

  @ParameterizedTest
  @CsvSource({"filter, 50", "sort, 10", "columns, 100"})
  void noMoreLettersAreReadThanTheBound(String control, int most) {
    var part =
        switch (control) {
          case "filter" -> FILTER;
          case "sort" -> SORT;
          default -> "columns.%s=name";
        };
    assertThat(controls(on(control) + letters(part, most)).cut(List.of(RECORD)).records())
        .hasSize(1);
    refuses(
        on(control) + letters(part, most + 1),
        "api." + control + ": " + (most + 1) + " letters are given; at most " + most
            + " are read.");
  }

  @ParameterizedTest
  @CsvSource({"filter.a.field", "filter.a.arg0", "sort.a.field", "columns.a"})
  void namesAndWhatIsLookedForAreShort(String argument) {
    var all = on("filter") + on("sort") + on("columns")
        + "filter.a.field=name filter.a.arg0=x sort.a.field=name " + argument + "=";
    controls(all + "n".repeat(256));
    refuses(
        all + "n".repeat(257), "api." + argument + ": has 257 characters; at most 256 are read.");
  }

  @Test
  void filtersAndSortKeysReadTwoMillionCharactersOfAListAndNoMore() {
    var most = Collections.nCopies(500, RECORD);
    var both = on("filter") + letters(FILTER, 2) + " " + on("sort") + letters(SORT, 2);

    assertThat(controls(both).cut(most).records()).hasSize(500);
    assertThatThrownBy(() -> controls(both).cut(Collections.nCopies(501, RECORD)))
        .isInstanceOf(WhmFailure.class)
        .hasMessageContaining("more than 2000000 characters of the lists of this call");
    assertThatThrownBy(
            () -> controls(on("filter") + letters(FILTER, 50)).cut(Collections.nCopies(41, RECORD)))
        .isInstanceOf(WhmFailure.class);
  }

  @Test
  void theCommandsOfABatchShareThem() {
    var sorted = controls(on("sort") + letters(SORT, 2));
    var steps = new Steps();
    var answer =
        Answer.of(Data.hash().with("list", new Data.Sequence(Collections.nCopies(600, RECORD))));

    sorted.cut(answer, Optional.of("list"), steps);
    assertThatThrownBy(() -> sorted.cut(answer, Optional.of("list"), steps))
        .isInstanceOf(WhmFailure.class);
  }

  @Test
  void anEmptyTextIsAStepToo() {
    var empty = Collections.<Data>nCopies(Steps.MOST + 1, Data.hash().with("name", ""));

    assertThatThrownBy(() -> controls(on("sort") + letters(SORT, 1)).cut(empty))
        .isInstanceOf(WhmFailure.class);
  }

  private static void refuses(String arguments, String reason) {
    assertThatThrownBy(() -> controls(arguments)).isInstanceOf(WhmFailure.class).hasMessage(reason);
  }

  private static String on(String control) {
    return control + ".enable=1 ";
  }

  private static String letters(String part, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> part.replace("%s", "z".repeat(i / 26) + (char) ('a' + i % 26)))
        .collect(Collectors.joining(" "));
  }
}
