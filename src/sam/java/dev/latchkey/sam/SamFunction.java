package dev.latchkey.sam;

import java.time.Duration;
import java.util.Map;

/**
 * A function of the template.
 *
 * @param id its logical id
 * @param memory in MB
 * @param environment what the template sets, for all functions and for this one
 */
record SamFunction(
    String id, String handler, int memory, Duration timeout, Map<String, String> environment) {

  String name() {
    return Stack.physicalName(id);
  }

  String arn() {
    return Stack.arn(id);
  }
}
