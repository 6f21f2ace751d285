package dev.latchkey.report;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.User;
import dev.latchkey.access.UserTable;
import dev.latchkey.api.Call;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.text.Quoted;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Whose records a call is about: the caller's own, or with “all” anybody's. */
@Singleton
final class AuditUser {
  static final Parameter<Optional<String>> PARAMETER = Parameter.optional(
      "user",
      ParameterType.text(AuditUser::name),
      "Whose audit is meant; another's requires “all”. Yours by default.");

  private final UserTable users;

  @Inject
  AuditUser(UserTable users) {
    this.users = users;
  }

  Uni<String> of(Call call) {
    var own = call.caller().user().name();
    var asked = PARAMETER.from(call).orElse(own);
    if (!asked.equals(own) && !call.caller().holds(Privilege.ALL)) {
      throw PARAMETER.refused("is not you, and another's audit requires the privilege “all”.");
    }
    return known(call, PARAMETER, asked);
  }

  /**
   * The same user, if there is or was one of that name: that there is nothing of a name which is misspelled would be taken
   * for nothing that happened.
   */
  Uni<String> known(Call call, Parameter<?> by, String asked) {
    if (asked.equals(call.caller().user().name())) {
      return Uni.createFrom().item(asked);
    }
    return users.wasEver(asked).map(isKnown -> {
      if (!isKnown) {
        throw by.refused("there is no user named “" + Quoted.of(asked) + "”, and there was none.");
      }
      return asked;
    });
  }

  private static String name(String text) {
    if (!User.isName(text)) {
      throw new IllegalArgumentException("“" + Quoted.of(text) + "” is not a valid user name.");
    }
    return text;
  }
}
