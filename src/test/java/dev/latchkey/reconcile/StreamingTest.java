package dev.latchkey.reconcile;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.audit.AuditEntry;
import dev.latchkey.audit.AuditTable;
import dev.latchkey.audit.Export;
import dev.latchkey.audit.Heads;
import dev.latchkey.audit.SealTable;
import dev.latchkey.audit.StreamTable;
import dev.latchkey.change.Change;
import dev.latchkey.settings.Settings;
import dev.latchkey.signing.Signature;
import dev.latchkey.signing.Signer;
import dev.latchkey.store.Key;
import dev.latchkey.store.RequestCount;
import dev.latchkey.stream.AuditStream;
import dev.latchkey.testing.AuditPass;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was sealed is copied out of reach, each seal once, whatever breaks off. */
@QuarkusTest
@InProcess
class StreamingTest extends WhmTest {
  private static final Signer NONE = new Signer() {
    @Override
    public boolean isSet() {
      return false;
    }

    @Override
    public Uni<Optional<Signature>> sign(byte[] statement) {
      return Uni.createFrom().item(Optional.empty());
    }
  };
  private static final Signer LATER =
      statement -> Uni.createFrom().failure(new IllegalStateException("no key for now"));

  private static final Pattern WHOLE =
      Pattern.compile("^0 Whole: ([0-9]+) entries of .* seal ([0-9]+):([0-9a-f]{64})\\.");

  @Inject
  AuditPass pass;

  @Inject
  AuditTable audit;

  @Inject
  SealTable seals;

  @Inject
  StreamTable table;

  @Inject
  Export export;

  @Inject
  Change change;

  @Inject
  Clock clock;

  @Inject
  Settings settings;

  @TempDir
  Path folder;

  private final String user = "s" + UUID.randomUUID().toString().substring(0, 12);
  private Duration later = Duration.ZERO;

  /** Takes what it is given, and keeps each write. */
  private static class Taken implements AuditStream {
    final List<String> names = new ArrayList<>();
    final List<String> texts = new ArrayList<>();

    @Override
    public boolean isOn() {
      return true;
    }

    @Override
    public Uni<Void> write(String name, byte[] lines) {
      return Uni.createFrom().item(() -> {
        synchronized (this) {
          names.add(name);
          texts.add(new String(lines, StandardCharsets.UTF_8));
        }
        return null;
      });
    }
  }

  /** The reply to the write of this number, from 1, is lost. */
  private static Taken losing(int write) {
    return new Taken() {
      @Override
      public Uni<Void> write(String name, byte[] lines) {
        return super.write(name, lines).invoke(() -> {
          if (names.size() == write) {
            throw new IllegalStateException("the reply is lost");
          }
        });
      }
    };
  }

  /** Of what other tests have sealed there may be much. */
  @BeforeEach
  void nobodyElseWaits() {
    pass.run();
    var marks = table.unstreamed(10_000).await().indefinitely().read();
    IntStream.iterate(0, from -> from < marks.size(), from -> from + 100)
        .mapToObj(from -> marks.subList(from, Math.min(marks.size(), from + 100)))
        .forEach(some -> change
            .note(in -> some.forEach(mark -> in.delete(new Key("UNSTREAMED", mark.user()))))
            .await()
            .indefinitely());
  }

  private void entries(String of, int many) {
    for (var from = 0; from < many; from += 40) {
      var some = Math.min(40, many - from);
      change
          .note(in -> IntStream.range(0, some)
              .forEach(i -> audit.add(
                  in,
                  new AuditEntry(
                      of,
                      "ci",
                      "",
                      "api_token_create",
                      "token “ü” " + i,
                      "192.0.2.1",
                      clock.instant(),
                      UUID.randomUUID().toString()))))
          .await()
          .indefinitely();
    }
    pass.run();
  }

  private void stream(AuditStream to) {
    stream(to, NONE, 10);
  }

  private void stream(AuditStream to, Signer signer, int most) {
    new Streaming(table, export, to, signer, change, Clock.offset(clock, later), settings, most)
        .run()
        .await()
        .indefinitely();
  }

  private long streamed() {
    return table.cursor(user).await().indefinitely().number();
  }

  private String verified(String lines, String... more) throws Exception {
    var file = Files.writeString(folder.resolve("stretch"), lines);
    var command = new ArrayList<>(List.of("python3", "infra/audit-verify", file.toString()));
    command.addAll(List.of(more));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return process.exitValue() + " " + said;
  }

  /** @return how many entries there are, of files that follow each other from the first seal on */
  private int whole(Taken taken) throws Exception {
    var entries = 0;
    var after = List.<String>of();
    for (var i = 0; i < taken.names.size(); i++) {
      var said = WHOLE.matcher(verified(taken.texts.get(i), after.toArray(String[]::new)));
      assertThat(said.find()).as(taken.names.get(i)).isTrue();
      entries += Integer.parseInt(said.group(1));
      assertThat(taken.names.get(i))
          .contains("-%012d-%s.".formatted(Long.parseLong(said.group(2)), said.group(3)));
      after = List.of("--after", said.group(2) + ":" + said.group(3));
    }
    var together = WHOLE.matcher(verified(String.join("", taken.texts)));
    assertThat(together.find()).as("all of them as one file").isTrue();
    assertThat(together.group(1)).isEqualTo(Integer.toString(entries));
    return entries;
  }

  @Test
  void whatIsStreamedIsWhatTheScriptTakesForWhole() throws Exception {
    var taken = new Taken();
    entries(user, 3);
    stream(taken);
    stream(taken);
    entries(user, 1);
    entries(user, 95);
    stream(taken);

    assertThat(taken.names)
        .satisfiesExactly(
            first ->
                assertThat(first).matches("audit/" + user + "/0{11}1-0{11}1-[0-9a-f]{64}\\.ndjson"),
            second -> assertThat(second)
                .matches("audit/" + user + "/0{11}2-0{11}4-[0-9a-f]{64}\\.ndjson"));
    assertThat(whole(taken)).isEqualTo(99);
    assertThat(verified(taken.texts.get(1), "--after", "1:" + "0".repeat(64)))
        .startsWith("1 Not as it was sealed: ");
    assertThat(verified(taken.texts.get(0).replaceFirst("api_token_create", "renamed")))
        .startsWith("1 Not as it was sealed: line 2: changed");
  }

  /** The reply is lost, or the process ends after it: the object is there, and the table does not know it. */
  @Test
  void whatWasWrittenAndNotNotedIsWrittenAgainAsItWas() {
    var taken = losing(1);
    entries(user, 2);
    assertThatThrownBy(() -> stream(taken)).hasMessage("the audit could not be streamed yet");
    assertThat(streamed()).isZero();
    entries(user, 2);
    stream(taken);

    assertThat(taken.names).hasSize(3);
    assertThat(taken.names.get(1)).isEqualTo(taken.names.get(0));
    assertThat(taken.texts.get(1)).isEqualTo(taken.texts.get(0));
    assertThat(taken.names.get(2)).contains("/000000000002-000000000002-");
    assertThat(streamed()).isEqualTo(2);
  }

  @Test
  void whatIsRefusedStopsNobodyElseAndIsStreamedLater() {
    var other = "t" + user.substring(1);
    var refused = new AtomicInteger();
    var taken = new Taken() {
      @Override
      public Uni<Void> write(String name, byte[] lines) {
        return name.contains("/" + user + "/") && refused.getAndIncrement() == 0
            ? Uni.createFrom().failure(new IllegalStateException("S3 answers 403"))
            : super.write(name, lines);
      }
    };
    entries(user, 1);
    entries(other, 1);

    assertThatThrownBy(() -> stream(taken))
        .hasMessage("the audit could not be streamed yet")
        .hasRootCauseMessage("S3 answers 403");
    assertThat(taken.names).singleElement().asString().contains(other);
    assertThat(streamed()).isZero();

    stream(taken);
    assertThat(taken.names).hasSize(2);
    assertThat(streamed()).isEqualTo(1);
  }

  @Test
  void ofTwoAtOnceBothWriteTheSame() {
    var inner = new Taken();
    var outer = new Taken() {
      @Override
      public Uni<Void> write(String name, byte[] lines) {
        entries(user, 1);
        stream(inner);
        return super.write(name, lines);
      }
    };
    entries(user, 1);
    stream(outer);

    assertThat(outer.names).singleElement().isEqualTo(inner.names.get(0));
    assertThat(outer.texts.get(0)).isEqualTo(inner.texts.get(0));
    assertThat(inner.names).hasSize(2);
    assertThat(streamed()).isEqualTo(2);
    assertThat(table.unstreamed(10_000).await().indefinitely().read())
        .noneMatch(mark -> mark.user().equals(user));
  }

  /** More than a file has, and more files than a pass writes. */
  @Test
  void aLongStreamCatchesUpInSeveralPasses() throws Exception {
    var taken = new Taken();
    entries(user, 950);
    stream(taken, NONE, 1);
    assertThat(taken.names).hasSize(1);
    assertThat(streamed()).isEqualTo(10);
    assertThatCode(() -> stream(taken, NONE, 1)).doesNotThrowAnyException();
    assertThatCode(() -> stream(taken, NONE, 1)).doesNotThrowAnyException();

    assertThat(taken.names).hasSize(2);
    assertThat(whole(taken)).isEqualTo(950);
  }

  @Test
  void ofAnOwnerThatIsGoneEverythingIsStreamed() throws Exception {
    var taken = new Taken();
    var reseller = accounts.reseller(MANAGE_API_TOKENS);
    WhmClient.of(reseller).data("api_token_create", "token_name", "a");
    root().data("terminatereseller", "user", reseller.user(), "terminatereseller", "1");
    pass.run();
    stream(taken);

    var lines = IntStream.range(0, taken.names.size())
        .filter(i -> taken.names.get(i).contains("/" + reseller.user() + "/"))
        .mapToObj(taken.texts::get)
        .toList();
    assertThat(lines).singleElement().asString().contains("terminatereseller");
    assertThat(verified(lines.get(0))).startsWith("0 Whole: ");
  }

  /** Whoever reads the bucket has no other place for signatures. */
  @Test
  void theNewestSealWaitsForItsSignatureAndNotForEver() {
    var taken = new Taken();
    entries(user, 1);
    stream(taken, LATER, 10);
    assertThat(taken.names).isEmpty();
    sign();
    stream(taken, LATER, 10);
    assertThat(taken.texts).singleElement().asString().contains("\"line\":\"signature\"");

    entries(user, 1);
    later = Duration.ofMinutes(6);
    stream(taken, LATER, 10);
    assertThat(taken.texts).hasSize(2);
    assertThat(taken.texts.get(1)).doesNotContain("\"line\":\"signature\"");
  }

  @Test
  void whatWasBegunWithoutASignatureIsRepeatedWithoutIt() {
    var taken = losing(1);
    entries(user, 1);
    assertThatThrownBy(() -> stream(taken)).hasMessage("the audit could not be streamed yet");
    sign();
    stream(taken);

    assertThat(taken.names).hasSize(2);
    assertThat(taken.texts.get(1)).isEqualTo(taken.texts.get(0));
  }

  private void sign() {
    var unsigned = seals.unsigned(10_000).await().indefinitely().read().stream()
        .filter(head -> head.user().equals(user))
        .toList();
    var line = new Heads(unsigned, clock.instant())
        .line(unsigned.get(0), new Signature("0".repeat(64), "c2lnbmVk"));
    change
        .note(in -> seals.addSigned(in, unsigned.get(0), line, IllegalStateException::new))
        .await()
        .indefinitely();
  }

  @Test
  void whatIsLateIsTold() {
    entries(user, 1);
    later = Duration.ofMinutes(11);
    var out = System.out;
    var said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertThatThrownBy(() -> stream(new Taken() {
            @Override
            public Uni<Void> write(String name, byte[] lines) {
              return Uni.createFrom().failure(new IllegalStateException("no"));
            }
          }))
          .hasMessage("the audit could not be streamed yet");
    } finally {
      System.setOut(out);
    }
    assertThat(said.toString(StandardCharsets.UTF_8)).containsPattern("\"StreamLag\":66[0-9]\\b");
  }

  @Test
  void itCostsNothingWhereItIsOffAndOneReadWhereNothingIsNew() {
    entries(user, 1);
    assertThat(requests(new AuditStream() {
          @Override
          public boolean isOn() {
            return false;
          }

          @Override
          public Uni<Void> write(String name, byte[] lines) {
            throw new AssertionError("off");
          }
        }))
        .isZero();
    var taken = new Taken();
    assertThat(requests(taken)).isEqualTo(9);
    assertThat(requests(taken)).isOne();
  }

  private int requests(AuditStream to) {
    var count = new RequestCount();
    count
        .of(new Streaming(table, export, to, NONE, change, clock, settings).run())
        .await()
        .indefinitely();
    return count.value();
  }
}
