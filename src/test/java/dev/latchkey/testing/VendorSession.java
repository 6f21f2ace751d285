package dev.latchkey.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A login that stays open. */
public final class VendorSession implements AutoCloseable {
  private static final int PATIENCE = 20;

  private final Process ssh;
  private final BufferedReader said;

  VendorSession(Process ssh) throws IOException {
    this.ssh = ssh;
    said = ssh.inputReader(StandardCharsets.UTF_8);
    var first = line();
    if (!"here".equals(first)) {
      ssh.destroyForcibly();
      throw new IOException("no session began; ssh printed: " + first);
    }
  }

  /** Whether what is typed there still comes back, for a session that runs {@code cat}. */
  public boolean isAlive() throws IOException {
    try {
      var typed = ssh.outputWriter(StandardCharsets.UTF_8);
      typed.write("anybody there?\n");
      typed.flush();
    } catch (IOException e) {
      return false;
    }
    return "anybody there?".equals(line());
  }

  /** The next line that comes, null at the end. */
  public String line() throws IOException {
    try {
      return CompletableFuture.supplyAsync(this::read).get(PATIENCE, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the session does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Whether it ends, soon. */
  public boolean ends() throws IOException {
    try {
      return ssh.waitFor(PATIENCE, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private String read() {
    try {
      return said.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    ssh.destroyForcibly();
  }
}
