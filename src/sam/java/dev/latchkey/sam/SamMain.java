package dev.latchkey.sam;

import dev.latchkey.local.LocalProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Serves the SAM template on this machine: its routes, and the packaged functions behind Lambda's Runtime API. */
public final class SamMain {
  private SamMain() {}

  public static void main(String... args) throws InterruptedException {
    // Otherwise each small answer of the JDK's server waits 40 ms for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    try {
      var settings = SamSettings.read();
      if (settings.sam().listRoutes()) {
        list(settings);
      } else if (settings.sam().cliTemplate().isPresent()) {
        write(settings, settings.sam().cliTemplate().get());
      } else {
        serve(settings);
      }
    } catch (LocalProblem | IOException e) {
      System.err.println("latchkey: " + e.getMessage());
      System.exit(1);
    }
  }

  /** The package is not looked at: it decides on no route. */
  private static void list(SamSettings settings) {
    SamLocal.template(settings.sam().template(), "java21")
        .routes()
        .all()
        .forEach(route -> System.out.println(route.key() + " -> " + route.function()));
  }

  private static void write(SamSettings settings, Path file) throws IOException {
    var runtime = Artifact.runtime(settings.sam().zip());
    var template = SamLocal.template(settings.sam().template(), runtime);
    Files.write(
        file, JsonTrees.bytes(new SamCliTemplate(template, settings.sam().zip(), runtime).json()));
    System.out.println("Written for “sam local start-api”: " + file);
  }

  private static void serve(SamSettings settings) throws IOException, InterruptedException {
    if (settings.sam().endsWithParent()) {
      ParentWatch.start();
    }
    var local = new SamLocal(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(local::close, "latchkey-stop"));
    System.out.println(local.start().text());
    new CountDownLatch(1).await();
  }
}
