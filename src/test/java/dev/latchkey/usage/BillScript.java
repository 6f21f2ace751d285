package dev.latchkey.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.store.Item;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.regex.Pattern;

/** {@code infra/bill}, as an operator calls it who has the log, an export of the table and the public key. */
final class BillScript {
  private static final Pattern OF_THE_LOG =
      Pattern.compile("log: ([0-9]+) calls counted, and ([0-9]+) of which it is unknown");

  private final Path folder;
  private final Path log;
  private final Path key;

  /**
   * @param log the lines of calls
   * @param key both keys, of which it gets the public one
   */
  BillScript(Path folder, Path log, Path key) throws IOException {
    this.folder = folder;
    this.log = log;
    var pem = Files.readString(key);
    this.key = Files.writeString(
        folder.resolve("signing.pub"), pem.substring(pem.indexOf("-----BEGIN PUBLIC")));
  }

  /**
   * What the log says.
   *
   * @param unknown of how many lines it is unknown whether their calls are counted
   */
  record Counted(long calls, long unknown) {
    Counted plus(Counted other) {
      return new Counted(calls + other.calls, unknown + other.unknown);
    }
  }

  /** Finds that the report, the log, the table and the signature agree. */
  Counted agreed(String user, String month, JsonNode report, Collection<Item> table)
      throws IOException, InterruptedException {
    var reported = Files.writeString(folder.resolve("report.json"), report.toString());
    var exported = Files.write(
        folder.resolve("table.json"), table.stream().map(BillScript::exported).toList());
    var process = new ProcessBuilder(
            "infra/bill",
            "--user",
            user,
            "--month",
            month,
            "--report",
            reported.toString(),
            "--log",
            log.toString(),
            "--table",
            exported.toString(),
            "--key",
            key.toString())
        .redirectErrorStream(true)
        .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("signature: verified");
    var counted = OF_THE_LOG.matcher(said);
    assertThat(counted.find()).isTrue();
    return new Counted(Long.parseLong(counted.group(1)), Long.parseLong(counted.group(2)));
  }

  /** As DynamoDB's export to S3 has it. */
  private static String exported(Item item) {
    var attributes = new ArrayList<String>();
    item.attributes().forEach((name, value) -> {
      if (value.n() != null) {
        attributes.add("\"" + name + "\":{\"N\":\"" + value.n() + "\"}");
      } else if (value.s() != null && name.matches("[ps]k")) {
        attributes.add("\"" + name + "\":{\"S\":\"" + value.s() + "\"}");
      }
    });
    return "{\"Item\":{" + String.join(",", attributes) + "}}";
  }
}
