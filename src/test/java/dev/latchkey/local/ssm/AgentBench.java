package dev.latchkey.local.ssm;

import dev.latchkey.text.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;

/** Our own documents on a folder server, with an agent that only says how it was called. */
final class AgentBench implements AutoCloseable {
  static final String ORDER = "Latchkey-Order";
  static final String INSTALL = "Latchkey-Install";

  private static final int MOST_OF_A_PART = 40_000;

  /** Of Latchkey-Install it passes both tests: its own, and the statement that it makes in its place. */
  static final byte[] AGENT = """
      import hashlib, json, os, sys
      if sys.argv[1] in ("selftest", "install"):
          with open(sys.argv[0], "rb") as file:
              sha256 = hashlib.sha256(file.read()).hexdigest()
          said = {"latchkey": 1, "outcome": "DONE", "agent": {"sha256": sha256}, "ran": " ".join(sys.argv[1:])}
          sys.exit(print(json.dumps(said)))
      print(" ".join(sys.argv[1:]))
      print(sorted(name for name in os.environ if name.startswith("SSM_")))
      print(sys.stdin.read())
      """.getBytes(StandardCharsets.US_ASCII);

  final SsmBench bench;
  final FolderServer server;

  AgentBench(Path folder) {
    this(folder, documents());
  }

  AgentBench(Path folder, Map<String, byte[]> documents) {
    bench = new SsmBench(folder, documents);
    server = bench.server;
  }

  static Map<String, byte[]> documents() {
    try {
      return Map.of(
          ORDER, Files.readAllBytes(InstallDocument.ORDER),
          INSTALL, InstallDocument.asking(AGENT).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on the server's agent of Systems Manager is one that knows no variables. */
  void growOld() {
    bench.ssm.deregister(server.id());
    bench.register(new OldNode(server));
  }

  void putAgent(byte[] agent) {
    try {
      Files.createDirectories(server.agent().getParent());
      Files.write(server.agent(), agent);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  GetCommandInvocationResponse install() {
    try {
      return install(InstallDocument.packed(AGENT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In parts, at least two; what the last one said. */
  GetCommandInvocationResponse install(String packed) {
    var parts = Math.max(2, packed.length() / MOST_OF_A_PART + 1);
    var length = packed.length() / parts + 1;
    for (var part = 1; part < parts; part++) {
      part(part, parts, packed.substring((part - 1) * length, part * length));
    }
    return part(parts, parts, packed.substring((parts - 1) * length));
  }

  GetCommandInvocationResponse part(int number, int parts, String data) {
    return bench.awaitEnd(bench.send(request -> request
        .documentName(INSTALL)
        .instanceIds(server.id())
        .parameters(Map.of(
            "part", List.of(String.valueOf(number)),
            "parts", List.of(String.valueOf(parts)),
            "data", List.of(data)))));
  }

  GetCommandInvocationResponse order(String order) {
    return send(Sha256.hex(AGENT), encoded(order));
  }

  GetCommandInvocationResponse send(String hash, String payload) {
    return bench.awaitEnd(bench.send(request -> request
        .documentName(ORDER)
        .instanceIds(server.id())
        .parameters(Map.of("agentHash", List.of(hash), "payload", List.of(payload)))));
  }

  static String encoded(String order) {
    return Base64.getEncoder().encodeToString(order.getBytes(StandardCharsets.UTF_8));
  }

  static String mode(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    bench.close();
  }
}
