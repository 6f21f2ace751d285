package dev.latchkey.api;

/**
 * What a function touches; its Lambda's role allows just that, beside what admission and the usage record do for every
 * call: get an item, put one, update one.
 */
public enum Touch {
  /** Many items at once: Query and BatchGetItem. */
  TABLE_READ,
  /** Whatever changes; also DeleteItem and ConditionCheckItem. */
  TABLE_WRITE,
  /** Run Command: SendCommand with our documents, and GetCommandInvocation. */
  SERVERS
}
