package dev.latchkey.sam;

import java.util.List;

/**
 * One way to run the function.
 *
 * @param files what is deployed, unpacked: a process's working directory and {@code LAMBDA_TASK_ROOT}
 * @param packageBytes of the zip that is deployed
 */
record Contender(String name, Artifact files, List<String> command, long packageBytes) {}
