package dev.latchkey.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Names of servers and tickets for the tab key: asked of the API for a second at most, and remembered for a minute. */
final class RememberedNames {
  private static final Duration AT_MOST = Duration.ofSeconds(1);
  private static final Duration KEPT = Duration.ofSeconds(60);

  private final Workplace place;
  private final CliOptions options;

  RememberedNames(Workplace place, Optional<String> profile) {
    this.place = place;
    options = new CliOptions(
        Optional.empty(),
        profile,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        AT_MOST,
        0,
        AT_MOST,
        false,
        false,
        false,
        List.of());
  }

  List<String> serverNames() {
    return names("fleet_server_list", "servers", "name");
  }

  List<String> ticketIds() {
    return names("ticket_list", "auths", "ticket_id");
  }

  private List<String> names(String function, String list, String field) {
    var target = CallTarget.of(options, place);
    var file = file(target, function);
    try {
      if (Files.exists(file)
          && Files.getLastModifiedTime(file).toMillis()
              > System.currentTimeMillis() - KEPT.toMillis()) {
        return PrivateFile.read("what was remembered in", file).lines().toList();
      }
      var names = inTime(() -> asked(target, function, list, field));
      PrivateFile.write(file, String.join("\n", names) + "\n");
      return names;
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Also where this machine waits for the address of the host, which no socket's time limit ends. */
  private static List<String> inTime(Callable<List<String>> asking) {
    var task = new FutureTask<>(asking);
    var thread = new Thread(task, "names");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(AT_MOST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw CliProblem.noAnswer("The names did not come in time.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private List<String> asked(CallTarget target, String function, String list, String field) {
    var plan = new CallPlan(
        function,
        FunctionList.embedded().find(function),
        List.of(new Written("api.version", "1", false)),
        Optional.empty(),
        false,
        AT_MOST,
        0);
    var answer = new RemoteCalls(target, place, false).make(plan);
    return answer.data().stream()
        .flatMap(data -> FunctionList.items(data, list).stream())
        .flatMap(row -> row instanceof Node.Members one ? one.text(field).stream() : Stream.of())
        .filter(name -> name.codePoints().allMatch(Visible::isHarmless))
        .toList();
  }

  /** Of one place and one token: what another token may see is not shown. */
  private Path file(CallTarget target, String function) {
    var folder = place
        .variable("XDG_CACHE_HOME")
        .map(Path::of)
        .orElseGet(() -> place.home().resolve(".cache"))
        .resolve("latchkey");
    return folder.resolve(
        digest(target.place().url() + "\n" + target.login().header()) + "-" + function);
  }

  private static String digest(String text) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
