package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ObservationReaderTest {
  private static final String WHOLE =
      "{\"latchkey\":1,\"outcome\":\"DONE\",\"request\":\"r\",\"node\":\"i-1\",\"generation\":3,\"at\":5,"
          + "\"grants\":[{\"ticket\":1,\"user\":\"root\",\"state\":\"PRESENT\"}],"
          + "\"ended\":[{\"ticket\":2,\"user\":\"root\",\"gone\":true,\"copies\":[]}],"
          + "\"doors\":{\"chain\":{\"state\":\"GONE\"}},\"audit_log\":true}";

  @Test
  void aWholeObservationIsRead() {
    var read = ObservationReader.read(WHOLE + "\n").orElseThrow();

    assertThat(read.generation()).isEqualTo(3);
    assertThat(read.grants()).hasSize(1);
    assertThat(read.ended().get(0).gone()).isEqualTo(StatedEnd.Gone.YES);
    assertThat(read.chain().state()).isEqualTo(StatedDoor.State.GONE);
    assertThat(read.statement()).isEqualTo(WHOLE);
  }

  @Test
  void whereverItIsCutItIsNothing() {
    for (var end = 0; end < WHOLE.length(); end++) {
      assertThat(ObservationReader.read(WHOLE.substring(0, end))).isEmpty();
    }
  }

  @Test
  void whatIsNotOursIsNothing() {
    assertThat(ObservationReader.read("Welcome to web01!\n" + WHOLE)).isEmpty();
    assertThat(ObservationReader.read(WHOLE + WHOLE)).isEmpty();
    assertThat(ObservationReader.read(WHOLE.replace("\"latchkey\":1", "\"latchkey\":2")))
        .isEmpty();
    assertThat(ObservationReader.read(WHOLE.replace("DONE", "FINE"))).isEmpty();
    assertThat(ObservationReader.read(WHOLE.replace("PRESENT", "THERE"))).isEmpty();
    assertThat(ObservationReader.read("[1]")).isEmpty();
  }

  @Test
  void whatIsTooLongOrTooDeepIsNothing() {
    assertThat(ObservationReader.read(WHOLE.replace("\"r\"", "\"" + "r".repeat(24_000) + "\"")))
        .isEmpty();
    assertThat(ObservationReader.read("{\"a\":".repeat(100) + "1" + "}".repeat(100)))
        .isEmpty();
  }

  @Test
  void theAnswerToAVerbForKeysIsNoPartOfWhatIsKept() {
    var listed = "\"action\":{\"verb\":\"list_keys\",\"done\":true,\"keys\":[{\"file\":\"id\"}]}}";

    var read = ObservationReader.read(WHOLE.substring(0, WHOLE.length() - 1) + "," + listed)
        .orElseThrow();

    assertThat(read.action().orElseThrow().keys()).hasSize(1);
    assertThat(read.statement()).doesNotContain("list_keys").contains("\"generation\":3");
    assertThat(ObservationReader.read(read.statement()).orElseThrow().generation())
        .isEqualTo(3);
  }

  @Test
  void goneIsOnlyWhatSaysSo() {
    var read = ObservationReader.read(WHOLE.replace("\"gone\":true,", "")).orElseThrow();

    assertThat(read.ended().get(0).gone()).isEqualTo(StatedEnd.Gone.NO);
  }
}
