package dev.latchkey.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Somebody with a key pair who logs in by the ssh of this machine. */
public final class Vendor implements AutoCloseable {
  private final Path folder;
  private final String key;

  /** What became of an attempt to log in. */
  public enum Login {
    /** The session began and ended well. */
    IN,
    /** sshd does not take the key. */
    REFUSED,
    /** The firewall lets nothing through to sshd. */
    NO_WAY
  }

  private Vendor(Path folder) throws IOException {
    this.folder = folder;
    end(new ProcessBuilder(
            "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "vendor", "-f", identity())
        .start());
    key = Files.readString(Path.of(identity() + ".pub")).strip().replaceFirst(" vendor$", "");
  }

  public static Vendor withNewKey() {
    try {
      return new Vendor(Scratch.folder("latchkey-vendor"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The public key, type and base64 alone. */
  public String key() {
    return key;
  }

  public Login login(VendorPlace from) throws IOException {
    return login(from, "root@" + from.server());
  }

  public Login login(VendorPlace from, String destination) throws IOException {
    var ssh = new ProcessBuilder(words(from, destination, "true"))
        .redirectErrorStream(true)
        .redirectInput(new File("/dev/null"))
        .start();
    var said = end(ssh);
    if (ssh.exitValue() == 0) {
      return Login.IN;
    }
    if (said.contains("Permission denied (publickey")) {
      return Login.REFUSED;
    }
    if (said.contains("Connection refused") || said.contains("timed out")) {
      return Login.NO_WAY;
    }
    throw new AssertionError("ssh ended with " + ssh.exitValue() + ": " + said);
  }

  public VendorSession open(VendorPlace from) throws IOException {
    return open(from, "root@" + from.server(), "exec cat");
  }

  /** A session that begins with this script and ends with it. */
  public VendorSession open(VendorPlace from, String destination, String script)
      throws IOException {
    return new VendorSession(new ProcessBuilder(words(from, destination, "echo here; " + script))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start());
  }

  private List<String> words(VendorPlace from, String destination, String script) {
    var words = new ArrayList<>(from.runner());
    // Nothing of the configuration, the agent or the keys of whoever runs the tests.
    words.addAll(List.of("ssh", "-F", "none", "-i", identity(), "-T"));
    for (var option : List.of(
        "IdentitiesOnly=yes",
        "IdentityAgent=none",
        "BatchMode=yes",
        "StrictHostKeyChecking=no",
        "UserKnownHostsFile=/dev/null",
        "GlobalKnownHostsFile=/dev/null",
        "ConnectTimeout=10")) {
      words.addAll(List.of("-o", option));
    }
    words.addAll(List.of(destination, script));
    return words;
  }

  private String identity() {
    return folder.resolve("id_ed25519").toString();
  }

  private static String end(Process process) throws IOException {
    try {
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  @Override
  public void close() {
    for (var file : List.of(identity(), identity() + ".pub", folder.toString())) {
      new File(file).delete();
    }
  }
}
