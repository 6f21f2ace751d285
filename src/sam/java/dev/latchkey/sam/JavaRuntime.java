package dev.latchkey.sam;

import dev.latchkey.local.LocalProblem;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Lambda's managed Java runtime: AWS's runtime interface client, whose own class loader reads the unpacked package. */
final class JavaRuntime {
  private static final String MAIN = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

  private static final String MISSING =
      "AWS's runtime interface client is not on the class path; start this with -Dlambda=http";

  /** One class of each of its parts. */
  private static final List<String> PARTS = List.of(
      MAIN,
      "com.amazonaws.services.lambda.runtime.Context",
      "com.amazonaws.services.lambda.runtime.serialization.PojoSerializer",
      "software.amazon.awssdk.utilslite.SdkInternalThreadLocal");

  /** The client's own library, by a path that ends so. */
  static final String LIBRARY = "/libaws-lambda-jni.so";

  private static final String LIBRARY_SETTING =
      "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

  /** Of the function's memory; the rest is for what is not heap. */
  private static final int HEAP_PERCENT = 85;

  private JavaRuntime() {}

  static List<String> command(SamFunction function) {
    var command = new ArrayList<String>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx" + function.memory() * HEAP_PERCENT / 100 + "m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Djava.io.tmpdir=" + TemporaryFolder.IN_COMMAND,
        "-D" + LIBRARY_SETTING + "=" + TemporaryFolder.IN_COMMAND + LIBRARY,
        "--enable-native-access=ALL-UNNAMED")); // the client's own library
    if (Runtime.version().feature() >= 24) {
      // JBoss Threads requires it from there on. Before, it would only make the start slower.
      command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    }
    command.addAll(
        List.of("-cp", String.join(File.pathSeparator, classPath()), MAIN, function.handler()));
    return List.copyOf(command);
  }

  /** That of this machine's processor and C library. */
  static void unpackLibrary(Path folder) throws IOException {
    var processor = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
    var system = Files.exists(Path.of("/etc/alpine-release")) ? "linux_musl" : "linux";
    var name = "/jni/libaws-lambda-jni." + system + "-" + processor + ".so";
    try (var library = main().getResourceAsStream(name)) {
      if (library == null) {
        throw new LocalProblem("AWS's runtime interface client has no " + name);
      }
      Files.copy(library, Path.of(folder + LIBRARY));
    } catch (ClassNotFoundException e) {
      throw new LocalProblem(MISSING);
    }
  }

  private static Class<?> main() throws ClassNotFoundException {
    return Class.forName(MAIN, false, JavaRuntime.class.getClassLoader());
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
      throw new LocalProblem(MISSING);
    }
  }
}
