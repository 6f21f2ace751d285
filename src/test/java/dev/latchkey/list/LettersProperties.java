package dev.latchkey.list;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.api.Argument;
import dev.latchkey.api.Arguments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;

/** @cpanel/api numbers its controls a … z, za … zz, zza …: 26 → za, 52 → zza. */
class LettersProperties {
  @Property
  void lettersAreInTheOrderOfTheirNumbers(
      @ForAll @IntRange(min = 1, max = 120) int count, @ForAll Random random) {
    var numbers = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(numbers, random);
    var arguments = numbers.stream()
        .map(n -> new Argument("api.columns." + letter(n), "field" + n))
        .toList();

    var inOrder =
        new ControlArguments(new Arguments(arguments)).byLetter("columns").values();

    assertThat(inOrder.stream().map(parts -> parts.get("")).toList())
        .isEqualTo(IntStream.range(0, count).mapToObj(n -> "field" + n).toList());
  }

  @Property
  void aPartThatIsGivenSeveralTimesHoldsAsTheLastOneSays(@ForAll @NotEmpty List<Integer> values) {
    var arguments = values.stream()
        .map(value -> new Argument("api.filter.a.arg0", value.toString()))
        .toList();

    var byLetter = new ControlArguments(new Arguments(arguments)).byLetter("filter");

    assertThat(byLetter.get("a"))
        .containsEntry("arg0", values.get(values.size() - 1).toString());
  }

  private static String letter(int n) {
    return "z".repeat(n / 26) + (char) ('a' + n % 26);
  }
}
