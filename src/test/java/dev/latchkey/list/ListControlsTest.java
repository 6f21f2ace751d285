package dev.latchkey.list;

import static dev.latchkey.list.Listing.controls;
import static dev.latchkey.list.Listing.record;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.api.Answer;
import dev.latchkey.data.Data;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListControlsTest {
  private static final Data.Sequence LIST =
      new Data.Sequence(List.of(record("id=1"), record("id=2")));
  private static final Data.Sequence SECOND = new Data.Sequence(List.of(record("id=2")));
  private static final ListControls CUT =
      controls("chunk.enable=1 chunk.start=2 chunk.size=1 chunk.verbose=1");

  @Test
  void theOneListOfAPayloadIsCutAndTheRestStays() {
    var data = Data.hash().with("keys", LIST).with("count", 2);

    assertThat(CUT.cut(Answer.of(data)).data()).contains(data.with("keys", SECOND));
  }

  @Test
  void whatIsToldOfTheCutGoesIntoTheAnswersMetadata() {
    var answer = Answer.of(Data.hash().with("keys", LIST)).about("web01");

    assertThat(CUT.cut(answer).metadata().entries()).containsOnlyKeys("server", "chunk");
  }

  @Test
  void aCutKeepsTheResultAndTheReason() {
    var answer = Answer.failed("no", Data.hash().with("result", LIST));

    assertThat(CUT.cut(answer)).extracting(Answer::result, Answer::reason).containsExactly(0, "no");
  }

  @Test
  void aPayloadWithoutAListIsLeftAlone() {
    assertLeftAlone(Answer.of(Data.hash().with("tokens", Data.hash().with("acls", LIST))));
  }

  @Test
  void aPayloadWithTwoListsIsLeftAlone() {
    assertLeftAlone(Answer.of(Data.hash().with("acls", LIST).with("ips", LIST)));
  }

  @Test
  void anAnswerWithoutDataIsLeftAlone() {
    assertLeftAlone(Answer.withoutData());
  }

  private static void assertLeftAlone(Answer answer) {
    assertThat(CUT.cut(answer)).isEqualTo(answer);
  }
}
