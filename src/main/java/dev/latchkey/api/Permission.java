package dev.latchkey.api;

/**
 * What a function needs of AWS beyond what admission does in every call (get and update single items). Its Lambda's IAM role is made of it and allows nothing more.
 */
public enum Permission {
  /** Reads many items at once: Query and BatchGetItem. */
  QUERY,
  /** Writes to the whole table: every put and update, and also DeleteItem and ConditionCheckItem. */
  TRANSACT,
  /** Sends orders to servers: SendCommand with our documents, and GetCommandInvocation. */
  RUN_COMMAND
}
