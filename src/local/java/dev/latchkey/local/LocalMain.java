package dev.latchkey.local;

import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts everything on one machine with one command: data folder, database, certificate, server. */
@QuarkusMain
public final class LocalMain {
  public static void main(String... args) {
    MavenRun.join();
    StopSignal.await();
    var exitCode = 1;
    try {
      LocalSettings.refuseUnknown();
      try (var server = LocalServer.prepare(LocalSettings.read())) {
        exitCode = server.run(args);
      }
    } catch (RuntimeException e) {
      if (!StopSignal.given()) {
        System.err.println("latchkey: " + StartFailure.sentence(e));
      }
    }
    StopSignal.everythingIsClosed();
    // Ends the process, but in dev mode only this run of the application.
    ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(exitCode, null);
  }
}
