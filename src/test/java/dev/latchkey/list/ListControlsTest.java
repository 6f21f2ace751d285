package dev.latchkey.list;

import static dev.latchkey.list.Listing.controls;
import static dev.latchkey.list.Listing.record;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Argument;
import dev.latchkey.api.Arguments;
import dev.latchkey.data.Data;
import dev.latchkey.testing.Words;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class ListControlsTest {
  private static final Data.Sequence LIST =
      new Data.Sequence(List.of(record("id=1"), record("id=2")));
  private static final Data.Sequence SECOND = new Data.Sequence(List.of(record("id=2")));
  private static final ListControls CUT =
      controls("chunk.enable=1 chunk.start=2 chunk.size=1 chunk.verbose=1");

  @Test
  void theListIsCutAndTheRestStays() {
    var data = Data.hash().with("keys", LIST).with("ips", LIST).with("count", 2);

    assertThat(cut(Answer.of(data)).data()).contains(data.with("keys", SECOND));
  }

  @Test
  void whatIsToldOfTheCutGoesIntoTheAnswersMetadata() {
    var answer = Answer.of(Data.hash().with("keys", LIST)).about("web01");

    assertThat(cut(answer).metadata().entries()).containsOnlyKeys("server", "chunk");
  }

  /** A client that believed “50 records, 5 parts” would stop there, and the others would be nowhere. */
  @Test
  void ofOnePageOfMoreNothingIsCounted() {
    var page = Answer.of(Data.hash().with("keys", LIST).with("next", "b"));
    var filtered = controls("filter.enable=1 filter.verbose=1 filter.a.field=id filter.a.arg0=2");

    assertThat(cut(page).metadata().get("chunk"))
        .contains(Data.hash().with("start", 2).with("size", 1).with("current", 2));
    assertThat(filtered.cut(page, Optional.of("keys"), new Steps()).metadata())
        .isEqualTo(Data.hash());
  }

  /** It has no “next”, and is not all. */
  @ParameterizedTest
  @Words("api.cursor next first")
  void ofTheLastOfSeveralPagesNothingIsCountedEither(String cursor) {
    var asked = ListControls.from(new Arguments(List.of(
        new Argument("api.chunk.enable", "1"),
        new Argument("api.chunk.verbose", "1"),
        new Argument("api.chunk.size", "1"),
        new Argument(cursor, "b"))));
    var page = Answer.of(Data.hash().with("keys", LIST));

    assertThat(asked.cut(page, Optional.of("keys"), new Steps()).metadata().get("chunk"))
        .contains(Data.hash().with("start", 1).with("size", 1).with("current", 1));
  }

  @Test
  void aCutKeepsTheResultAndTheReason() {
    var answer = Answer.failed("no", Data.hash().with("keys", LIST));

    assertThat(cut(answer)).extracting(Answer::result, Answer::reason).containsExactly(0, "no");
  }

  @Test
  void aPayloadWithoutItsListIsLeftAlone() {
    assertLeftAlone(Answer.of(Data.hash().with("tokens", Data.hash().with("acls", LIST))));
    assertLeftAlone(Answer.of(Data.hash().with("acls", LIST)));
  }

  @Test
  void anAnswerWithoutDataIsLeftAlone() {
    assertLeftAlone(Answer.withoutData());
  }

  private static void assertLeftAlone(Answer answer) {
    assertThat(cut(answer)).isEqualTo(answer);
  }

  private static Answer cut(Answer answer) {
    return CUT.cut(answer, Optional.of("keys"), new Steps());
  }
}
