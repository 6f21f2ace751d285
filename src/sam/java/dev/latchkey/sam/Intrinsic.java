package dev.latchkey.sam;

/**
 * One of CloudFormation's functions as the template has it, not yet applied.
 *
 * @param name without {@code !} or {@code Fn::}
 * @param argument a text, a list or a map
 */
record Intrinsic(String name, Object argument) {}
