package dev.latchkey.access;

import java.util.List;
import java.util.Optional;

/**
 * What a request shows of who calls. With an Authorization header nothing else counts.
 *
 * @param authorization the values of the Authorization header
 * @param cookies the values of the Cookie header
 * @param prefix the security token before the path
 */
public record Shown(
    List<String> authorization, List<String> cookies, Optional<SecurityToken> prefix) {
  boolean isOfSession() {
    return authorization.isEmpty() && SessionClaim.isIn(cookies);
  }
}
