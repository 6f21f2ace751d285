package dev.latchkey.local.ssm;

import dev.latchkey.local.FolderTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One run of a command's script on a node, as the agent of Systems Manager does it. */
final class Script {
  static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /**
   * Between the writing of a script and its start no other may be started: until that one has become its
   * program it holds the written file open, and a file that is being written cannot be run.
   */
  private static final Object WRITING = new Object();

  private final Command command;
  private final LocalNode node;
  private final Path workFolder;
  private ProcessGroup process;
  private boolean cancelled;

  Script(Command command, LocalNode node, Path workFolder) {
    this.command = command;
    this.node = node;
    this.workFolder = workFolder;
  }

  ScriptResult run() throws InterruptedException {
    for (var parameter : command.document().parameters().values()) {
      if (!parameter.nodeAccepts(command.values().get(parameter.name()))) {
        return ScriptResult.failed("Parameter \"" + parameter.name() + "\" has an invalid value.");
      }
    }
    try {
      var folder = Files.createTempDirectory(workFolder, "ssm");
      try {
        return run(folder);
      } finally {
        FolderTree.delete(folder);
      }
    } catch (IOException e) {
      return ScriptResult.failed("failed to run commands: " + e.getMessage());
    }
  }

  /** Ends it, and answers whether it had begun; what had not never will. */
  synchronized boolean cancel() {
    cancelled = true;
    if (process == null) {
      return false;
    }
    process.kill();
    return true;
  }

  private ScriptResult run(Path folder) throws IOException, InterruptedException {
    var out = folder.resolve("stdout");
    var err = folder.resolve("stderr");
    if (!start(folder, out, err)) {
      return ScriptResult.without(Status.CANCELLED);
    }
    var patience = command.document().timeout();
    var inTime = false;
    try {
      inTime = process.await(patience);
    } finally {
      if (!inTime) {
        process.kill();
      }
    }
    var exitCode = process.exitCode();
    var said = Output.read(out, Output.STANDARD_OUTPUT);
    var complained = Output.read(err, Output.STANDARD_ERROR);
    if (exitCode == ScriptResult.KILLED && isCancelled()) {
      return ScriptResult.killed(Status.CANCELLED, said, complained);
    }
    return inTime
        ? ScriptResult.ended(exitCode, said, complained)
        : ScriptResult.killed(Status.EXECUTION_TIMED_OUT, said, complained);
  }

  private synchronized boolean isCancelled() {
    return cancelled;
  }

  private synchronized boolean start(Path folder, Path out, Path err) throws IOException {
    if (cancelled) {
      return false;
    }
    synchronized (WRITING) {
      var file = folder.resolve("_script.sh");
      Files.writeString(file, command.document().scriptFor(command.values(), node.oldAgent()));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
      var words = new ArrayList<String>(node.runner());
      words.addAll(List.of("sh", "-c", quoted(file)));
      process = ProcessGroup.start(words, folder, environment(), out, err);
    }
    return true;
  }

  private static String quoted(Path file) {
    return "'" + file.toString().replace("'", "'\\''") + "'";
  }

  private Map<String, String> environment() {
    var environment = new HashMap<String, String>();
    environment.put("PATH", PATH);
    environment.put("SSM_COMMAND_ID", command.id());
    environment.put("AWS_SSM_INSTANCE_ID", node.id());
    environment.put("AWS_SSM_REGION_NAME", LocalSsm.REGION);
    environment.putAll(command.document().variables(command.values(), node.oldAgent()));
    environment.putAll(node.environment());
    return environment;
  }
}
