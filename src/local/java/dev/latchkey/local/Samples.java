package dev.latchkey.local;

import dev.latchkey.access.Admission;
import dev.latchkey.access.Authorization;
import dev.latchkey.access.Caller;
import dev.latchkey.access.CountOutcome;
import dev.latchkey.access.Tally;
import dev.latchkey.access.TokenValue;
import dev.latchkey.access.User;
import dev.latchkey.api.Arguments;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.data.Data;
import dev.latchkey.data.Format;
import dev.latchkey.list.Steps;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.wire.CommandRunner;
import dev.latchkey.wire.Envelope;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a newcomer tries things with: the two folder servers, a vendor with a key pair, and a ticket. Made with root's
 * token by the functions themselves, once; its last file says that all is there.
 */
@Singleton
final class Samples {
  static final String TICKET = "sample-ticket";
  static final String KEY = "sample-vendor";

  /** For documentation alone (RFC 5737), and this machine. */
  private static final String RANGES = "&from=203.0.113.0/24&from=127.0.0.1";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String LOOPBACK = "127.0.0.1";

  private final Admission admission;
  private final CommandRunner commands;
  private final Clock clock;

  Samples(Admission admission, CommandRunner commands, Clock clock) {
    this.admission = admission;
    this.commands = commands;
    this.clock = clock;
  }

  void makeIfAbsent(Path folder, TokenValue root) {
    var ticket = folder.resolve(TICKET);
    if (Files.exists(ticket)) {
      return;
    }
    try {
      var caller = admission
          .admit(
              new Authorization(User.ROOT, root),
              LOOPBACK,
              clock.instant(),
              "samples",
              new CountOutcome(Tally.NONE))
          .await()
          .atMost(PATIENCE)
          .caller();
      for (var name : LocalFleet.NAMES) {
        var server = FolderServer.make(folder.resolve("servers").resolve(name), name);
        // Refused where an interrupted start has done it already.
        run(caller, "fleet_server_add?name=" + name + "&node=" + server.id());
      }
      var key = new SampleKeyPair(folder.resolve(KEY)).publicLine();
      run(caller, "vendor_profile_set?key=" + encoded(key) + RANGES);
      var made = run(caller, "ticket_create_stub_ticket?api.server=" + LocalFleet.NAMES.get(0))
          .data()
          .orElseThrow(() -> new LocalProblem("the sample ticket could not be made"));
      PrivateFiles.write(
          ticket,
          "ticket_id=%d&secure_id=%s\n"
              .formatted(
                  ((Data.Number) made.get("ticket_id").orElseThrow()).value(),
                  ((Data.Text) made.get("secure_id").orElseThrow()).value()));
    } catch (IOException e) {
      throw new LocalProblem("the sample servers cannot be made in " + folder + " ("
          + DataFolder.reason(e) + "); name another folder with -Dlatchkey.local.data=FOLDER");
    }
  }

  /** As one command of a batch, which is the way of a call without HTTP. */
  private Envelope run(Caller caller, String command) {
    var batch = new Call(
        Declaration.of("batch", "Makes the samples."),
        new Arguments(List.of()),
        caller,
        Optional.empty(),
        Format.JSON,
        clock.instant(),
        UUID.randomUUID().toString());
    return commands.run(batch, new Steps(), 0, command).await().atMost(PATIENCE);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
