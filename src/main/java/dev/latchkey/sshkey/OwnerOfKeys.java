package dev.latchkey.sshkey;

import dev.latchkey.api.Call;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import java.util.Optional;

/** Whose key files are meant. WHM's functions take {@code user}, {@code root} by default; these know root's alone. */
final class OwnerOfKeys {
  static final String ROOT = "root";

  static final Parameter<Optional<String>> PARAMETER = Parameter.optional(
      "user", ParameterType.TEXT, "root, whose keys alone are served; another user is refused.");

  private OwnerOfKeys() {}

  /** @throws dev.latchkey.api.WhmFailure for another user: what was done would be done to root's keys */
  static void refuseOthers(Call call) {
    if (PARAMETER.from(call).filter(user -> !user.equals(ROOT)).isPresent()) {
      throw PARAMETER.refused(
          "is not root, whose key files alone are served. For those of a user, call the SSH functions of cPanel API 2 on the server.");
    }
  }
}
