package dev.latchkey.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class XidTest {
  private final Random random = new Random(1);

  @Test
  void itHasSixLowerCaseConsonantsAndDigitsFromTwoToNine() {
    assertThat(Stream.generate(() -> Xid.next(random).value()).limit(1000))
        .allMatch(value -> value.matches("[bcdfghjkmnpqrstvwxyz2-9]{6}"));
  }

  @Test
  void everyCharacterOfTheAlphabetOccurs() {
    var characters = Stream.generate(() -> Xid.next(random).value())
        .limit(1000)
        .flatMapToInt(String::chars)
        .mapToObj(Character::toString)
        .collect(Collectors.toCollection(TreeSet::new));

    assertThat(String.join("", characters)).isEqualTo("23456789bcdfghjkmnpqrstvwxyz");
  }

  @Test
  void itIsAnotherOneEachTime() {
    assertThat(Stream.generate(() -> Xid.next(random)).limit(1000)).doesNotHaveDuplicates();
  }

  @Test
  void aRefusalBeginsAsWhmsExceptionsDo() {
    assertThat(WhmFailure.refused("No.").reason(new Xid("3y67mz")))
        .isEqualTo("API failure: (XID 3y67mz) No.");
  }

  @Test
  void aTextThatClientsKnowHasNoXid() {
    assertThat(WhmFailure.unknownApp("csf_allow").reason(new Xid("3y67mz")))
        .isEqualTo("Unknown app (\"csf_allow\") requested for this version (1) of the API.");
  }
}
