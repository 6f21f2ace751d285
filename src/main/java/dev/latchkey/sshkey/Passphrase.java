package dev.latchkey.sshkey;

import dev.latchkey.api.Call;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.ssh.KeyFileName;

/** WHM takes a passphrase in plain text; it would lie in logs and in Systems Manager for whoever may list its commands. */
final class Passphrase {
  static final Parameter<String> PARAMETER = Parameter.orEmpty(
      "passphrase",
      ParameterType.TEXT.secret(),
      "Never send one: it would be in logs of the way here, and in Systems Manager.");

  private Passphrase() {}

  /** @param file the private key that it is, or was to be, the passphrase of */
  static void refuse(Call call, KeyFileName file) {
    if (!PARAMETER.from(call).isEmpty()) {
      throw PARAMETER.refused(
          "must not be sent, as it may be in logs now; change it on the server with “ssh-keygen -p -f "
              + file.inShell() + "”.");
    }
  }
}
