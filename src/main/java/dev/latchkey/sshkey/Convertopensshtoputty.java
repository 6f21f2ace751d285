package dev.latchkey.sshkey;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.ssh.KeyFileName;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/** WHM API 1, convertopensshtoputty, whose answer would be a private key: those never leave their server. */
@Singleton
@Path(Convertopensshtoputty.NAME)
public final class Convertopensshtoputty extends WhmFunction {
  static final String NAME = "convertopensshtoputty";

  private static final Parameter<KeyFileName> FILE = Parameter.required(
      "file",
      ParameterType.text(KeyFileName::parse),
      "A private key file in root's .ssh, such as id_ed25519.");

  private static final Parameter<Boolean> KEEP_FILE = Parameter.defaulting(
      "keep_file", ParameterType.FLAG, true, "1 to keep the file in PuTTY's form on the server.");

  private static final Parameter<String> PASSPHRASE = Passphrase.PARAMETER;

  @Inject
  Convertopensshtoputty() {
    super(Declaration.of(NAME, "Refused: private keys never leave their server.")
        .numbered(41)
        .requires(Privilege.SSH_KEYS)
        .needsNothingMore()
        .takes(FILE, KEEP_FILE, PASSPHRASE, ServerParameters.SERVER)
        .answersNothing());
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var file = FILE.from(call);
    KEEP_FILE.from(call);
    Passphrase.refuse(call, file);
    throw WhmFailure.refused("Private keys never leave their server; on it, “puttygen "
        + file.inShell() + " -o key.ppk” writes one in PuTTY's form.");
  }
}
