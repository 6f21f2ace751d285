package dev.latchkey.access;

import java.io.Serial;

/**
 * A credential that is good for everything else has no calls left in this month. The call is not counted. Unlike other
 * causes, this one is said to the caller, who has proved who he is.
 */
public final class OverQuota extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  private final transient Credential credential;
  private final transient Quota quota;

  /** @param calls of the call, more than one for a batch */
  OverQuota(Credential credential, Quota quota, long calls) {
    super(sentence(quota, calls), null, false, false);
    this.credential = credential;
    this.quota = quota;
  }

  public Credential credential() {
    return credential;
  }

  public Quota quota() {
    return quota;
  }

  private static String sentence(Quota quota, long calls) {
    return "%s “%s” has a quota of %d calls a month, and has %d left%s. The quota resets at %s."
        .formatted(
            quota.owner() == Quota.Owner.TOKEN ? "The token" : "The user",
            quota.name(),
            quota.most(),
            quota.left(),
            calls == 1 ? "" : "; this batch counts as " + calls,
            quota.month().end());
  }
}
