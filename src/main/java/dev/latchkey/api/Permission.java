package dev.latchkey.api;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a function needs of AWS beyond what admission does in every call. Its Lambda's IAM role is made of it and allows
 * nothing more: of the table, what is named here. Whoever changes something may read it.
 */
public enum Permission {
  /** Lists audit entries. */
  READ_AUDIT,
  /** Reads seals, the entries that they cover, and what is not sealed yet. */
  READ_SEALS,
  /** Reads what calls were counted, days, and closed months. */
  READ_USAGE,
  /** Reads many tokens at once. */
  READ_TOKENS,
  /** Creates, changes and revokes tokens: with it privileges can be written. */
  CHANGE_TOKENS,
  /** Lists users, and saved lists of privileges. */
  READ_USERS,
  /** Makes and changes users, what they may do and whether they are suspended: with it privileges can be written, too. */
  CHANGE_USERS,
  /** Changes saved lists of privileges. */
  CHANGE_ACL_LISTS,
  /** Sets vendor profiles. */
  CHANGE_PROFILE,
  /** Reads tickets, and the vendor profiles that stand for what a ticket does not say. */
  READ_TICKETS,
  /** Creates, changes and closes tickets. */
  CHANGE_TICKETS,
  /** Reads servers, their grants, and their receipts. */
  READ_SERVERS,
  /** Changes servers and their grants, notes what servers state, and writes receipts. */
  CHANGE_SERVERS,
  /** Reads what was found on servers: keys, accounts, files of sudoers. */
  READ_FINDINGS,
  /** Notes what was found on servers, and what was acknowledged. */
  CHANGE_FINDINGS,
  /** Makes links to sessions, opens sessions and ends them: the one permission with which a session can be written. */
  CHANGE_SESSIONS,
  /** Ends the sessions of a user who is removed. */
  END_SESSIONS,
  /** Sends orders to servers: SendCommand with our documents, and GetCommandInvocation. */
  RUN_COMMAND;

  private static final Set<Permission> NOT_FOR_TOOLS = EnumSet.of(
      READ_TOKENS,
      CHANGE_TOKENS,
      READ_USERS,
      CHANGE_USERS,
      CHANGE_ACL_LISTS,
      CHANGE_PROFILE,
      CHANGE_SESSIONS,
      END_SESSIONS);

  /** Whether it is about who may call and what for, and about whom tickets let in: nothing that an agent is to decide. */
  boolean isNotForTools() {
    return NOT_FOR_TOOLS.contains(this);
  }

  /** Whether it is about writing to the table. */
  public boolean isChange() {
    return name().startsWith("CHANGE_");
  }
}
