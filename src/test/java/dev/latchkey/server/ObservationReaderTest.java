package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
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
  void whatTheServerSaysThatItIsIsReadAsFarAsItIsWellFormed() {
    assertThat(ObservationReader.read(WHOLE).orElseThrow().host()).isEqualTo(StatedHost.UNKNOWN);
    var stated = WHOLE.replace(
        "\"at\":5,",
        "\"at\":5,\"host\":{\"name\":\"web\\u001b01\",\"ip\":\"2001:db8::1\",\"arch\":7,\"distro\":\""
            + "d".repeat(200) + "\"},");
    var host = ObservationReader.read(stated).orElseThrow().host();
    assertThat(host.name()).contains("web\uFFFD01");
    assertThat(host.ip()).contains("2001:db8::1");
    assertThat(host.arch()).isEmpty();
    assertThat(host.distro().orElseThrow()).hasSize(81);
    var odd = stated.replace("2001:db8::1", "10.0.0.1 <script>");
    assertThat(ObservationReader.read(odd).orElseThrow().host().ip()).isEmpty();
  }

  private static final String KEY = "SHA256:" + "a".repeat(42) + "A";

  private static StatedRevocation revoked(String more) {
    var read = ObservationReader.read(WHOLE.replace(
        "\"at\":5,",
        "\"at\":5,\"revoked\":[{\"fingerprint\":\"" + KEY + "\",\"krl\":1" + more + "}],"));
    return read.orElseThrow().revoked(KEY).orElseThrow();
  }

  /** As of a revoked key: the server's own yes does not outweigh what it names beside. */
  @Test
  void anEndIsGoneOnlyIfNothingIsLeftOpen() {
    for (var open : List.of(
        "\"questions\":[\"why?\"]",
        "\"copies\":[{\"file\":\"/x\",\"line\":1}]",
        "\"unattributed\":[{\"id\":\"a-1-1\"}]")) {
      var stated = WHOLE.replace("\"copies\":[]", open);
      assertThat(stated).contains(open);
      assertThat(ObservationReader.read(stated).orElseThrow().ended().get(0).gone())
          .as(open)
          .isEqualTo(StatedEnd.Gone.UNKNOWN);
    }
  }

  /** What is not said, what is open, and what still stands is never taken for a yes. */
  @Test
  void aRevokedKeyIsGoneOnlyIfNothingIsLeftOpen() {
    assertThat(revoked(",\"gone\":true").gone()).isEqualTo(StatedEnd.Gone.YES);
    assertThat(revoked(",\"gone\":true").krl()).isTrue();
    assertThat(revoked(",\"gone\":true,\"questions\":[\"why?\"]").gone())
        .isEqualTo(StatedEnd.Gone.UNKNOWN);
    assertThat(
            revoked(",\"gone\":true,\"copies\":[{\"file\":\"/x\",\"line\":1}]").gone())
        .isEqualTo(StatedEnd.Gone.UNKNOWN);
    assertThat(revoked(",\"gone\":true,\"unattributed\":[{\"id\":\"a-1-1\"}]").gone())
        .isEqualTo(StatedEnd.Gone.UNKNOWN);
    assertThat(revoked(",\"gone\":\"unknown\"").gone()).isEqualTo(StatedEnd.Gone.UNKNOWN);
    assertThat(revoked(",\"gone\":false").gone()).isEqualTo(StatedEnd.Gone.NO);
    assertThat(revoked("").gone()).isEqualTo(StatedEnd.Gone.NO);
  }

  @Test
  void whereACopyOfTheKeyStandsIsSaidAndNothingOfWhenItCame() {
    var line =
        "{\"user\":\"root\",\"file\":\"/root/.ssh/authorized_keys\",\"line\":3,\"fingerprint\":\""
            + KEY + "\"}";
    var one = ended("false", line);
    var place = "/root/.ssh/authorized_keys, line 3, of root, with the former key " + KEY;
    assertThat(one.copies().items()).containsExactly(place);
    assertThat(one.obstacles()).containsExactly("the key also stands in " + place);
    assertThat(one.endsByItself()).isFalse();
    assertThat(ended("true", line).gone()).isEqualTo(StatedEnd.Gone.UNKNOWN);
    var many = ended("false", String.join(",", Collections.nCopies(60, line)));
    assertThat(many.copies().size()).isEqualTo(60);
    assertThat(many.obstacles())
        .hasSize(6)
        .last()
        .isEqualTo("and 55 more lines of the key are not named here");
  }

  private static StatedEnd ended(String gone, String copies) {
    return ObservationReader.read(WHOLE.replace(
            "\"gone\":true,\"copies\":[]", "\"gone\":" + gone + ",\"copies\":[" + copies + "]"))
        .orElseThrow()
        .ended()
        .get(0);
  }

  @Test
  void whatIsFoundOfARevokedKeyIsCutAndCleaned() {
    var line = "{\"user\":\"root\",\"file\":\"/root/\\u001b\",\"line\":3}";
    var many = String.join(",", Collections.nCopies(60, line));

    var read = revoked(",\"gone\":false,\"problem\":\"a file is locked\",\"lines\":[" + many + "]");

    assertThat(read.lines().items())
        .hasSize(StatedList.MOST)
        .contains("/root/\uFFFD, line 3, of root");
    assertThat(read.lines().size()).isEqualTo(60);
    assertThat(read.obstacles()).containsExactly("a file is locked");
    var nameless =
        WHOLE.replace("\"at\":5,", "\"at\":5,\"revoked\":[{\"fingerprint\":\"x\",\"gone\":true}],");
    assertThat(ObservationReader.read(nameless).orElseThrow().revoked()).isEmpty();
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

  private static Observation.Standing grantWith(String more) {
    return ObservationReader.read(WHOLE.replace("\"PRESENT\"", "\"PRESENT\"" + more))
        .orElseThrow()
        .grants()
        .get(0);
  }

  /** Who does not say that he would admit a login is not taken at his word. */
  @Test
  void admittedIsOnlyWhatSaysSo() {
    assertThat(grantWith(",\"would_admit\":\"yes\"").isAdmitted()).isTrue();
    for (var more : new String[] {
      "",
      ",\"would_admit\":\"no\"",
      ",\"would_admit\":true",
      ",\"would_admit\":1",
      ",\"would_admit\":\"surely\"",
      ",\"would_admit\":null",
      ",\"would_admit\":[\"yes\"]"
    }) {
      assertThat(grantWith(more).isAdmitted()).as(more).isFalse();
    }
    assertThat(grantWith("").admits()).isEqualTo(Observation.Standing.Admits.UNKNOWN);
    assertThat(grantWith(",\"because\":[\"a\",5,\"b\"]").because()).containsExactly("a", "b");
    assertThat(grantWith(",\"because\":\"a\"").because()).isEmpty();
  }

  @Test
  void aKeyIsAdmittedOnlyWhereThatIsSaid() {
    for (var more : new String[] {
      "",
      ",\"would_admit\":{\"yes\":1}",
      ",\"would_admit\":\"\"",
      ",\"would_admit\":\"unknown\",\"because\":7,\"stands_in\":7,\"asked\":\"many\""
    }) {
      var action = actionWith(more);
      assertThat(action.admits()).as(more).isEqualTo(Observation.Standing.Admits.UNKNOWN);
      assertThat(action.because()).isEmpty();
      assertThat(action.standsIn()).isEmpty();
    }
    var told = actionWith(
        ",\"would_admit\":\"no\",\"because\":[\"so\"],\"stands_in\":\"/root/.ssh/authorized_keys\"");
    assertThat(told.admits()).isEqualTo(Observation.Standing.Admits.NO);
    assertThat(told.because()).containsExactly("so");
    assertThat(told.standsIn()).contains("/root/.ssh/authorized_keys");
  }

  private static Observation.Action actionWith(String more) {
    var action =
        "\"action\":{\"verb\":\"authorize_key\",\"done\":true,\"authorized\":1" + more + "}}";
    return ObservationReader.read(WHOLE.substring(0, WHOLE.length() - 1) + "," + action)
        .orElseThrow()
        .action()
        .orElseThrow();
  }
}
