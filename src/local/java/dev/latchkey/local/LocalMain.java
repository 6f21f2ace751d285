package dev.latchkey.local;

import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts everything on one machine with one command: the data folder, the database in it, the certificate, the server. */
@QuarkusMain
public final class LocalMain {

  private LocalMain() {}

  public static void main(String... args) {
    MavenRun.join();
    StopSignal stop = new StopSignal();
    int exitCode = 1;
    try (LocalServer server = LocalServer.prepare(LocalSettings.read())) {
      exitCode = server.run(args);
    } catch (RuntimeException e) {
      System.err.println("latchkey: " + StartFailure.sentence(e));
    }
    stop.everythingIsClosed();
    System.exit(exitCode);
  }
}
