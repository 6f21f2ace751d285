package dev.latchkey.sam;

import dev.latchkey.local.LocalProblem;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Lambda's managed Java runtime: AWS's runtime interface client, whose own class loader reads the unpacked package. */
final class JavaRuntime {
  private static final String MAIN = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

  /** One class of each of its parts. */
  private static final List<String> PARTS = List.of(
      MAIN,
      "com.amazonaws.services.lambda.runtime.Context",
      "com.amazonaws.services.lambda.runtime.serialization.PojoSerializer",
      "software.amazon.awssdk.utilslite.SdkInternalThreadLocal");

  /** Of the function's memory; the rest is for what is not heap. */
  private static final int HEAP_PERCENT = 85;

  private JavaRuntime() {}

  static List<String> command(SamFunction function) {
    var command = new ArrayList<String>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx" + function.memory() * HEAP_PERCENT / 100 + "m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED")); // the client's own library
    if (Runtime.version().feature() >= 24) {
      // JBoss Threads requires it from there on. Before, it would only make the start slower.
      command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    }
    command.addAll(
        List.of("-cp", String.join(File.pathSeparator, classPath()), MAIN, function.handler()));
    return List.copyOf(command);
  }

  private static Set<String> classPath() {
    var jars = new LinkedHashSet<String>();
    try {
      for (var part : PARTS) {
        var type = Class.forName(part, false, JavaRuntime.class.getClassLoader());
        jars.add(
            Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString());
      }
      return jars;
    } catch (ClassNotFoundException | LinkageError | URISyntaxException e) {
      throw new LocalProblem(
          "AWS's runtime interface client is not on the class path; start this with -Dlambda=http");
    }
  }
}
