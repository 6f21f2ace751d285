package dev.latchkey.local.ssm;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.text.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Makes the command documents from the scripts beside them and from the agent. */
final class InstallDocument {
  static final Path FOLDER = Path.of("infra/ssm");
  static final Path AGENT = Path.of("infra/agent/latchkey_agent.py");
  static final Path ORDER = FOLDER.resolve("Latchkey-Order.json");
  static final Path INSTALL = FOLDER.resolve("Latchkey-Install.json");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DefaultIndenter INDENTER = new DefaultIndenter("  ", "\n");
  private static final Pattern BLOB = Pattern.compile("<< 'END' .*\n((?s:.*))\nEND\n");
  private static final int LINE = 120;

  private InstallDocument() {}

  /** Latchkey-Order. */
  static String order() throws IOException {
    var parameters = JSON.createObjectNode();
    parameters
        .putObject("agentHash")
        .put("type", "String")
        .put("description", "SHA-256 of the agent that the order was written for")
        .put("allowedPattern", "^[0-9a-f]{64}$")
        .put("interpolationType", "ENV_VAR");
    parameters
        .putObject("payload")
        .put("type", "String")
        .put("description", "The order, base64")
        .put("allowedPattern", "^[A-Za-z0-9+/]+={0,2}$")
        .put("maxChars", 56_000)
        .put("interpolationType", "ENV_VAR");
    var document = document("Hands one order to the Latchkey agent", parameters, "order", 60);
    return withScript(document, Files.readString(FOLDER.resolve("order.sh")));
  }

  /** Latchkey-Install with this agent. */
  static String install(byte[] agent) throws IOException {
    return install(blob(agent), Sha256.hex(agent));
  }

  /** What it carries is not written anew when it is right: another library would compress it otherwise. */
  static String install(String blob, String hash) throws IOException {
    var document =
        document("Puts the Latchkey agent in its place", JSON.createObjectNode(), "install", 120);
    var script = Files.readString(FOLDER.resolve("install.sh"))
        .replace("@HASH@", hash)
        .replace("@AGENT@", blob);
    return withScript(document, script);
  }

  /** Writes both anew. */
  static void write() throws IOException {
    Files.writeString(ORDER, order());
    var agent = Files.readAllBytes(AGENT);
    var same =
        Files.exists(INSTALL) && Arrays.equals(agentIn(blobIn(Files.readString(INSTALL))), agent);
    var blob = same ? blobIn(Files.readString(INSTALL)) : blob(agent);
    Files.writeString(INSTALL, install(blob, Sha256.hex(agent)));
  }

  static String scriptIn(String document) throws IOException {
    var lines = JSON.readTree(document).at("/mainSteps/0/inputs/runCommand");
    return StreamSupport.stream(lines.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  static String blobIn(String document) throws IOException {
    var blob = BLOB.matcher(scriptIn(document));
    if (!blob.find()) {
      throw new AssertionError("no agent in the document");
    }
    return blob.group(1);
  }

  static byte[] agentIn(String blob) throws IOException {
    var packed = Base64.getMimeDecoder().decode(blob);
    try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return unpacked.readAllBytes();
    }
  }

  static String blob(byte[] agent) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var packing = new SmallestGzip(packed)) {
      packing.write(agent);
    }
    return Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(packed.toByteArray());
  }

  private static ObjectNode document(
      String description, ObjectNode parameters, String step, int seconds) {
    var document =
        JSON.createObjectNode().put("schemaVersion", "2.2").put("description", description);
    if (!parameters.isEmpty()) {
      document.set("parameters", parameters);
    }
    var main = document.putArray("mainSteps").addObject();
    main.put("action", "aws:runShellScript").put("name", step);
    main.putObject("precondition").putArray("StringEquals").add("platformType").add("Linux");
    main.putObject("inputs").put("timeoutSeconds", Integer.toString(seconds));
    return document;
  }

  private static String withScript(ObjectNode document, String script) throws IOException {
    var lines = ((ObjectNode) document.at("/mainSteps/0/inputs")).putArray("runCommand");
    script.lines().forEach(lines::add);
    var printer = new DefaultPrettyPrinter(
        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER));
    printer.indentArraysWith(INDENTER);
    printer.indentObjectsWith(INDENTER);
    return JSON.writer(printer).writeValueAsString(document) + "\n";
  }

  private static final class SmallestGzip extends GZIPOutputStream {
    SmallestGzip(ByteArrayOutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
