package dev.latchkey.usage;

import dev.latchkey.access.Month;
import java.time.Instant;

/**
 * One call as it was answered, for whoever wants an item for each.
 *
 * @param request the request id, which makes it counted once however often it is written
 * @param credential the name of the token used
 * @param credentialId that token's lasting id
 * @param count 1, or the number of a batch's commands
 * @param result WHM's result, 1 or 0
 */
public record UsageRecord(
    String user,
    String request,
    String credential,
    String credentialId,
    String function,
    long count,
    int result,
    Instant at) {
  Month month() {
    return Month.of(at);
  }
}
