package dev.latchkey.sam;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * The JVM with what an earlier run of it left for the next: an AOT cache (JEP 514) from JDK 25 on, an archive of classes
 * before. Both want every class in a jar of the JVM's own class path, so this is for a container image: Lambda's managed
 * runtime reads the package with a class loader of its own.
 */
final class StartupCache {
  private static final boolean AOT = Runtime.version().feature() >= 25;
  private static final String WRITE = AOT ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=";
  private static final String READ = AOT ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=";
  private static final int CALLS = 20;

  private final Contender plain;
  private final Path folder;
  private final Path cache;

  StartupCache(Contender plain, Path folder) throws IOException {
    this.plain = plain;
    this.folder = Files.createDirectories(folder);
    this.cache = folder.resolve("cache");
  }

  /** @param events one of each function, answered by a first run under {@code function} */
  Contender train(SamFunction function, Map<String, String> services, List<byte[]> events)
      throws IOException, FunctionFailure {
    Artifact files = new Artifact(Files.createDirectories(folder.resolve("task")));
    String classPath =
        jar() + File.pathSeparator + plain.files().folder().toAbsolutePath() + "/lib/*";
    FunctionProcess process = FunctionProcess.launch(
        together(function), command(WRITE, classPath), new Surroundings(files, services), log());
    process.awaitReady();
    for (int i = 0; i < CALLS; i++) {
      for (byte[] event : events) {
        process.invoke(event);
      }
    }
    process.stop();
    process.awaitEnd();
    if (!Files.exists(cache)) {
      throw new IOException("the JVM left no " + cache);
    }
    return new Contender(
        "JVM, " + (AOT ? "AOT cache" : "AppCDS"),
        files,
        command(READ, classPath),
        plain.packageBytes() + Files.size(cache));
  }

  /** All that is not a library, which Lambda's package has as single files. */
  private Path jar() throws IOException {
    Path jar = folder.resolve("function.jar").toAbsolutePath();
    List<String> arguments = new ArrayList<>(List.of("--create", "--file", jar.toString()));
    Path unpacked = plain.files().folder();
    try (Stream<Path> children = Files.list(unpacked)) {
      children
          .map(child -> child.getFileName().toString())
          .filter(name -> !name.equals("lib"))
          .forEach(name -> arguments.addAll(List.of("-C", unpacked.toString(), name)));
    }
    ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
    if (tool.run(System.out, System.err, arguments.toArray(String[]::new)) != 0) {
      throw new IOException(jar + " cannot be made");
    }
    return jar;
  }

  private List<String> command(String option, String classPath) {
    List<String> command = new ArrayList<>(plain.command());
    command.add(1, option + cache.toAbsolutePath());
    int value = command.indexOf("-cp") + 1;
    command.set(value, command.get(value) + File.pathSeparator + classPath);
    return List.copyOf(command);
  }

  private static SamFunction together(SamFunction one) {
    Map<String, String> environment = new TreeMap<>(one.environment());
    environment.put("LATCHKEY_FUNCTIONS", "version,api_token_list");
    return new SamFunction(one.id(), one.handler(), one.memory(), one.timeout(), environment);
  }

  private static FunctionLog log() {
    return new FunctionLog("training", System.err);
  }
}
