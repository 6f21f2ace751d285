package dev.latchkey.report;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.User;
import dev.latchkey.api.Call;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.text.Quoted;
import java.util.Optional;

/** Whose audit a call is about: the caller's own, or with “all” anybody's. */
final class AuditUser {
  static final Parameter<Optional<String>> PARAMETER = Parameter.optional(
      "user",
      ParameterType.text(AuditUser::name),
      "Whose audit is meant; another's requires “all”. Yours by default.");

  private AuditUser() {}

  static String of(Call call) {
    var own = call.caller().user().name();
    var asked = PARAMETER.from(call).orElse(own);
    if (!asked.equals(own) && !call.caller().holds(Privilege.ALL)) {
      throw PARAMETER.refused("is not you, and another's audit requires the privilege “all”.");
    }
    return asked;
  }

  private static String name(String text) {
    if (!User.isName(text)) {
      throw new IllegalArgumentException("“" + Quoted.of(text) + "” is not a valid user name.");
    }
    return text;
  }
}
