package dev.latchkey.access;

import java.util.Map;
import java.util.OptionalLong;

/**
 * How a token that has a quota and its successor share what is left of it. Only what quotas are compared with moves; the
 * calls of each function stay on the token that made them.
 *
 * @param month in which it happens
 * @param most the calls of this month with which it holds; empty without a quota
 * @param old what the old one's counters change by
 * @param successor what the successor's begin with
 */
public record Handover(
    Month month, OptionalLong most, Map<Month, Long> old, Map<Month, Long> successor) {
  /** Without a quota. */
  public static Handover none(Month month) {
    return new Handover(month, OptionalLong.empty(), Map.of(), Map.of());
  }
}
