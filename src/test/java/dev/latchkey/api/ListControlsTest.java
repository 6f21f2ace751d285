package dev.latchkey.api;

import static dev.latchkey.api.Listing.controls;
import static dev.latchkey.api.Listing.record;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
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

    assertThat(CUT.cut(envelope(data)).data()).contains(data.with("keys", SECOND));
  }

  @Test
  void whatIsToldOfTheCutGoesIntoTheAnswersMetadata() {
    var tree = CUT.cut(envelope(Data.hash().with("keys", LIST))).tree();

    assertThat(((Data.Hash) tree.entries().get("metadata")).entries())
        .containsKeys("version", "command", "reason", "result", "chunk");
  }

  @Test
  void aCutKeepsTheResultAndTheReason() {
    var data = Optional.of(Data.hash().with("result", LIST));

    assertThat(CUT.cut(new Envelope("batch", 0, "no", Data.hash(), data)))
        .extracting(Envelope::command, Envelope::result, Envelope::reason)
        .containsExactly("batch", 0, "no");
  }

  @Test
  void aPayloadWithoutAListIsLeftAlone() {
    assertLeftAlone(envelope(Data.hash().with("tokens", Data.hash().with("acls", LIST))));
  }

  @Test
  void aPayloadWithTwoListsIsLeftAlone() {
    assertLeftAlone(envelope(Data.hash().with("acls", LIST).with("ips", LIST)));
  }

  @Test
  void anAnswerWithoutDataIsLeftAlone() {
    assertLeftAlone(Envelope.failure("version", "no"));
  }

  private static void assertLeftAlone(Envelope envelope) {
    assertThat(CUT.cut(envelope)).isEqualTo(envelope);
  }

  private static Envelope envelope(Data.Hash data) {
    return new Envelope("listsshkeys", 1, "OK", Data.hash(), Optional.of(data));
  }
}
