package dev.latchkey.cli;

/**
 * An argument of the call as it goes out.
 *
 * @param json whether the value is JSON, as of {@code key:=[1,2]}
 */
record Written(String name, String value, boolean json) {}
