package dev.latchkey.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** What the API takes, the agent takes; what the agent takes, sshd takes: one wrong key would fail only once granted. */
@AddLifecycleHook(PublicKeyProperties.WithoutSshKeygen.class)
class PublicKeyProperties {
  private static final int SAMPLE = 2000;

  /** {@code make properties} asks for more keys, other ones each time. */
  private static final int COUNT = Integer.getInteger("test.keys", SAMPLE);

  private static final long SEED =
      Long.getLong("test.seed", COUNT == SAMPLE ? 20261128 : System.nanoTime());

  static final class WithoutSshKeygen implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
      return OtherJudges.SSH_KEYGEN
          ? SkipResult.doNotSkip()
          : SkipResult.skip("there is no ssh-keygen to ask");
    }
  }

  /** A key on its way through the judges. */
  private record Judged(String line, Optional<PublicKey> byApi) {
    static Judged of(String line) {
      try {
        return new Judged(line, Optional.of(PublicKey.parse(line)));
      } catch (IllegalArgumentException e) {
        assertThat(e).as(line).hasMessageEndingWith(".");
        return new Judged(line, Optional.empty());
      }
    }

    boolean isAccepted() {
      return byApi.isPresent();
    }

    /** What servers are sent of it. */
    String sent() {
      return byApi.map(PublicKey::lineWithComment).orElse(line);
    }
  }

  @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void whatTheApiTakesTheAgentTakesAndWhatTheAgentTakesOpensshTakes(
      @ForAll("candidates") List<String> lines) throws IOException {
    var judged = lines.stream().map(Judged::of).toList();
    var sent = judged.stream().map(Judged::sent).toList();
    var byAgent = OtherJudges.agent(sent);
    var bySshKeygen = OtherJudges.sshKeygen(sent);

    var disagreements = new ArrayList<String>();
    for (var i = 0; i < judged.size(); i++) {
      var one = judged.get(i);
      var api = one.byApi().map(PublicKey::fingerprint).orElse("");
      var agent = byAgent.get(i);
      var sshKeygen = bySshKeygen.get(i);
      if (one.isAccepted() && !api.equals(agent) || !agent.isEmpty() && !agent.equals(sshKeygen)) {
        disagreements.add("API “%s”, agent “%s”, ssh-keygen “%s”: %s"
            .formatted(api, agent, sshKeygen, one.line()));
      }
    }
    var accepted = judged.stream().filter(Judged::isAccepted).count();
    System.out.println(lines.size() + " keys, " + accepted + " accepted, " + disagreements.size()
        + " disagreements");
    assertThat(disagreements).as("seed %d", SEED).isEmpty();
    assertThat(accepted).isGreaterThan(lines.size() / 3);
  }

  @Example
  void everyKeyThatSshKeygenWritesIsTaken() throws IOException {
    for (var kind :
        List.of("ed25519", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521", "rsa -b 3072")) {
      for (var i = 0; i < (kind.startsWith("rsa") ? 1 : 5); i++) {
        var line = OtherJudges.newKey(kind);

        assertThat(List.of(PublicKey.parse(line).fingerprint()))
            .as(line)
            .isEqualTo(OtherJudges.agent(List.of(line)))
            .isEqualTo(OtherJudges.sshKeygen(List.of(line)));
      }
    }
  }

  @Provide
  Arbitrary<List<String>> candidates() {
    return Arbitraries.just(new KeyMutations(new Random(SEED)).lines(COUNT));
  }
}
