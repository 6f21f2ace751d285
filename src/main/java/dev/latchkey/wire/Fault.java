package dev.latchkey.wire;

import dev.latchkey.api.Xid;
import java.io.Serial;

/** Something of ours broke. The log has the cause under the same XID; the caller learns no more than that. */
final class Fault extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  /**
   * @param request the call's id, by which it is found at once whether it was done
   * @param doubtful whether a change may have been made all the same
   */
  Fault(Xid xid, String request, boolean doubtful) {
    super(
        xid.prefix()
            + (doubtful
                ? "The server failed; it may have been done, which audit_list request_id=" + request
                    + " tells, of another user's things with user=NAME. Look before you try again."
                : "The server could not do this now; nothing was done."),
        null,
        false,
        false);
  }
}
