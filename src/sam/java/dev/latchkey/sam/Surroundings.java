package dev.latchkey.sam;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What every process finds around it.
 *
 * @param services where AWS is for it, and its credentials
 * @param temporary in which each process has a folder of its own
 */
record Surroundings(Artifact artifact, Map<String, String> services, Path temporary) {
  /** With those folders beside the package. */
  Surroundings(Artifact artifact, Map<String, String> services) {
    this(artifact, services, artifact.folder().resolveSibling("temporary"));
  }

  Path folder() {
    return artifact.folder();
  }

  /** As Lambda sets it; nothing of this process's own but what the system needs to run a program. */
  Map<String, String> environment(SamFunction function, String runtimeApi) {
    var all = new TreeMap<String, String>();
    keep(all, "PATH");
    all.put("LANG", "en_US.UTF-8");
    all.put("TZ", ":UTC");
    all.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + artifact.runtime());
    all.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(function.memory()));
    all.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
    all.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    all.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    all.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.name());
    all.put("AWS_LAMBDA_LOG_STREAM_NAME", "local");
    all.put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
    all.put("AWS_REGION", Stack.REGION);
    all.put("AWS_DEFAULT_REGION", Stack.REGION);
    all.put("LAMBDA_TASK_ROOT", folder().toAbsolutePath().toString());
    all.put("_HANDLER", function.handler());
    all.putAll(services);
    all.putAll(function.environment());
    return all;
  }

  private static void keep(Map<String, String> all, String name) {
    if (System.getenv(name) != null) {
      all.put(name, System.getenv(name));
    }
  }
}
