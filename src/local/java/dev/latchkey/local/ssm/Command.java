package dev.latchkey.local.ssm;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What SendCommand accepted.
 *
 * @param deliverySeconds how long it may wait for a node
 */
record Command(
    String id,
    CommandDocument document,
    String documentVersion,
    Map<String, String> values,
    List<String> nodes,
    String comment,
    int deliverySeconds,
    Instant requested) {}
