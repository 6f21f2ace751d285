package dev.latchkey.token;

import dev.latchkey.api.Call;
import dev.latchkey.api.Parameter;

/** The token that makes a call, where the call is about tokens: in a session that root opened it is none of the user's. */
final class OwnToken {
  private OwnToken() {}

  static boolean isOfCallersUser(Call call) {
    return call.caller().credential().user().equals(call.caller().user().name());
  }

  /**
   * Its name, for a call that names none.
   *
   * @param by the parameter that would have named it
   * @throws dev.latchkey.api.WhmFailure when it is one of another user
   */
  static String name(Call call, Parameter<?> by) {
    if (!isOfCallersUser(call)) {
      throw by.refused("name it: the token that makes this call is not one of “"
          + call.caller().user().name() + "”.");
    }
    return call.caller().credential().name();
  }
}
