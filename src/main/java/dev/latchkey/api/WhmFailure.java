package dev.latchkey.api;

import dev.latchkey.text.Quoted;
import dev.latchkey.text.TokenText;
import java.io.Serial;

/**
 * A call that was refused: HTTP 200, {@code result} 0 and this reason. The only exception a function throws on purpose;
 * anything else is our own fault and answers HTTP 500.
 */
public final class WhmFailure extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  private final boolean thrown;

  private WhmFailure(String reason, boolean thrown) {
    super(TokenText.hide(reason), null, false, false);
    this.thrown = thrown;
  }

  /** A refusal in WHM's form of an exception: {@code API failure: (XID abc234) …}. */
  public static WhmFailure refused(String reason) {
    return new WhmFailure(reason, true);
  }

  /** A refusal whose text clients know, sent as it is. */
  public static WhmFailure verbatim(String reason) {
    return new WhmFailure(reason, false);
  }

  /** A parameter that is missing or wrong. */
  public static WhmFailure parameter(String name, String problem) {
    return refused(Quoted.of(name) + ": " + problem);
  }

  /** cPanel::PublicAPI recognises this text by pattern. */
  public static WhmFailure unknownApp(String function) {
    return verbatim(
        "Unknown app (\"" + function + "\") requested for this version (1) of the API.");
  }

  public static WhmFailure permissionDenied(Declaration function) {
    return verbatim("Permission denied: "
        + function.name()
        + " requires the privilege “"
        + function.privilege().orElseThrow().acl()
        + "”.");
  }

  public String reason(Xid xid) {
    return thrown ? xid.prefix() + getMessage() : getMessage();
  }
}
