package dev.latchkey.local;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import jakarta.inject.Inject;

/** Speaks when both ports listen, and then waits for the end. */
public final class LocalApplication implements QuarkusApplication {
  @Inject
  FirstStart firstStart;

  @Inject
  HttpServer ports;

  @Inject
  ReconcilerTimer reconciler;

  @Override
  public int run(String... args) {
    StopSignal.serving();
    // Unknown when dev mode starts the application anew; all is said by then.
    if (ports.getSecurePort() > 0) {
      System.out.print(new Banner(firstStart.folder(), ports.getPort(), ports.getSecurePort())
          .text(firstStart.newToken(), firstStart.isTokenGood()));
    }
    reconciler.start();
    Quarkus.waitForExit();
    return 0;
  }
}
