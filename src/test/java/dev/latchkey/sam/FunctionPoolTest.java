package dev.latchkey.sam;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes behind the Runtime API, with a stand-in for the function. */
class FunctionPoolTest {
  private static final Duration ENOUGH = Duration.ofSeconds(20);

  @TempDir
  Path folder;

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private FunctionPool pool;

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void aProcessStartsOnTheFirstCallAndStays() throws FunctionFailure {
    pool = pool(ENOUGH, "");
    assertThat(pool.size()).isZero();
    var process = invoke("pid");
    assertThat(invoke("pid")).isEqualTo(process);
    assertThat(pool.size()).isEqualTo(1);
    // What a process writes comes by a pipe of its own, and so maybe after its answer.
    var end = System.nanoTime() + ENOUGH.toNanos();
    while (!log.toString(UTF_8).contains("Fn | started\n")) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.yield();
    }
    assertThat(log.toString(UTF_8)).contains("Fn | REPORT Duration: ");
  }

  @Test
  void itsEnvironmentIsLambdasAndTheTemplates() throws FunctionFailure {
    pool = pool(ENOUGH, "");
    assertThat(invoke("env AWS_LAMBDA_FUNCTION_NAME")).isEqualTo("Latchkey-Fn");
    assertThat(invoke("env _HANDLER")).isEqualTo("handler");
    assertThat(invoke("env AWS_LAMBDA_FUNCTION_MEMORY_SIZE")).isEqualTo("128");
    assertThat(invoke("env AWS_REGION")).isEqualTo("us-east-1");
    assertThat(invoke("env AWS_ENDPOINT_URL_SSM")).isEqualTo("http://there");
    assertThat(invoke("env OWN")).isEqualTo("mine");
    assertThat(invoke("env HOME")).isEqualTo("null");
  }

  /** And no other process's: what one writes there, another could overwrite or read. */
  @Test
  void eachProcessHasATemporaryFolderUntilItsEnd() throws Exception {
    pool = pool(ENOUGH, "");
    var first = Path.of(invoke("env TMPDIR"));
    assertThat(first).isDirectory().startsWith(folder);
    invoke("write " + first.resolve("file"));
    failure("exit");
    assertThat(first).doesNotExist();
    assertThat(Path.of(invoke("env TMPDIR"))).isNotEqualTo(first).isEmptyDirectory();
    pool.close();
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void oneEventAtATimeAndNoMoreThanFiveProcesses() throws Exception {
    pool = pool(ENOUGH, "");
    List<Callable<String>> calls = java.util.Collections.nCopies(7, () -> invoke("sleep 700"));
    var threads = Executors.newFixedThreadPool(7);
    var processes = new HashSet<String>();
    for (var answer : threads.invokeAll(calls)) {
      processes.add(answer.get());
    }
    threads.shutdown();
    assertThat(processes).hasSizeBetween(2, FunctionPool.MOST);
    assertThat(pool.size()).isEqualTo(processes.size());
  }

  @Test
  void anErrorOfTheFunctionLeavesItsProcess() throws FunctionFailure {
    pool = pool(ENOUGH, "");
    var process = invoke("pid");
    var failure = failure("fail");
    assertThat(failure.answer()).isSameAs(HttpAnswer.FAULT);
    assertThat(failure).hasMessageContaining("Failed");
    assertThat(invoke("pid")).isEqualTo(process);
  }

  @Test
  void theEndOfAProcessIsAFaultAndTheNextCallHasANewOne() throws FunctionFailure {
    pool = pool(ENOUGH, "");
    var process = invoke("pid");
    assertThat(failure("exit").answer()).isSameAs(HttpAnswer.FAULT);
    assertThat(invoke("pid")).isNotEqualTo(process);
    assertThat(pool.size()).isEqualTo(1);
  }

  @Test
  void whatTakesTooLongIsEnded() throws FunctionFailure {
    pool = pool(Duration.ofSeconds(5), "");
    var process = ProcessHandle.of(Long.parseLong(invoke("pid"))).orElseThrow();
    assertThat(failure("sleep 20000").answer()).isSameAs(HttpAnswer.UNAVAILABLE);
    assertThat(process.isAlive()).isFalse();
    assertThat(pool.size()).isZero();
  }

  @Test
  void aProcessThatCannotStartIsAFault() {
    pool = pool(ENOUGH, "refuse");
    assertThat(failure("pid")).hasMessageContaining("Refused");
    assertThat(pool.size()).isZero();
  }

  @Test
  void theEndOfThePoolIsTheirs() throws FunctionFailure {
    pool = pool(ENOUGH, "");
    var process = ProcessHandle.of(Long.parseLong(invoke("pid"))).orElseThrow();
    pool.close();
    assertThat(process.isAlive()).isFalse();
    assertThat(failure("pid").answer()).isSameAs(HttpAnswer.FAULT);
  }

  @Test
  void whoDoesNotEndIsKilledAndGone() throws FunctionFailure {
    pool = pool(ENOUGH, "");
    var process = ProcessHandle.of(Long.parseLong(invoke("stay"))).orElseThrow();
    pool.close();
    assertThat(process.isAlive()).isFalse();
  }

  private FunctionFailure failure(String event) {
    return catchThrowableOfType(FunctionFailure.class, () -> invoke(event));
  }

  private String invoke(String event) throws FunctionFailure {
    return new String(pool.invoke(event.getBytes(UTF_8)), UTF_8);
  }

  private FunctionPool pool(Duration timeout, String mode) {
    var function =
        new SamFunction("Fn", "handler", 128, timeout, Map.of("OWN", "mine", "STANDIN", mode));
    var command = List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        Path.of(Standin.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath())
            .toString(),
        Standin.class.getName());
    var surroundings = new Surroundings(
        new Artifact(folder),
        Map.of("AWS_ENDPOINT_URL_SSM", "http://there"),
        folder.resolve("tmp"));
    return new FunctionPool(
        function, command, surroundings, new FunctionLog("Fn", new PrintStream(log, true, UTF_8)));
  }
}
