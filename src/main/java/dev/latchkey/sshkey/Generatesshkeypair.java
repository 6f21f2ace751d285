package dev.latchkey.sshkey;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.server.Observation.Action;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.ssh.KeyComment;
import dev.latchkey.ssh.NewKeyName;
import dev.latchkey.ssh.NewKeyType;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.sshkey.KeyFileVerbs.Done;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Optional;

/** WHM API 1, generatesshkeypair: a key pair of root's, made on the server, which the private half never leaves. */
@Singleton
@Path(Generatesshkeypair.NAME)
public final class Generatesshkeypair extends WhmFunction {
  static final String NAME = "generatesshkeypair";

  private static final Parameter<Boolean> ABORT_ON_EXISTING_KEY = Parameter.defaulting(
      "abort_on_existing_key",
      ParameterType.FLAG,
      true,
      "0 to keep a key of that name as NAME.TIME and make the new one; 1 to make none.");

  private static final Parameter<NewKeyType> ALGORITHM = Parameter.defaulting(
      "algorithm",
      ParameterType.text(NewKeyType::parse).choosing("rsa2", "rsa", "ed25519"),
      NewKeyType.RSA,
      "rsa2 (or rsa), or ed25519 (an extension); dsa is refused, as OpenSSH accepts no DSA keys.");

  private static final Parameter<Optional<Long>> BITS = Parameter.optional(
      "bits",
      ParameterType.integer(1, 65_536),
      "4096 for an RSA key, which is also the default; 1024 and 2048 are refused.");

  private static final Parameter<String> COMMENT =
      Parameter.orEmpty("comment", "The key's comment; none by default.");

  private static final Parameter<Optional<NewKeyName>> NAMED = Parameter.optional(
      "name",
      ParameterType.text(NewKeyName::parse),
      "The key's file in root's .ssh, id_rsa or id_ed25519 by default; its public half is in NAME.pub.");

  private final KeyFileVerbs verbs;

  @Inject
  Generatesshkeypair(KeyFileVerbs verbs) {
    super(Declaration.of(NAME, "Makes an SSH key pair of root on a server.")
        .numbered(47)
        .requires(Privilege.SSH_KEYS)
        .changes()
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(
            ABORT_ON_EXISTING_KEY,
            ALGORITHM,
            BITS,
            COMMENT,
            NAMED,
            Passphrase.PARAMETER,
            OwnerOfKeys.PARAMETER,
            ServerParameters.SERVER,
            ServerParameters.WAIT)
        .answers(
            Field.text("name", "The name of the private key's file."),
            Field.text("fingerprint", "The key's fingerprint in MD5, such as 1f:c0:…."),
            Field.text(
                "fingerprint_sha256",
                "The same in SHA-256, such as SHA256:…, by which the fleet functions know keys (an extension)."),
            KeyFileVerbs.REMARKS)
        .aboutServer());
    this.verbs = verbs;
  }

  /** What is to be made. */
  private record Wanted(NewKeyName name, NewKeyType type, KeyComment comment, boolean aborts) {
    static Wanted from(Call call) {
      var type = ALGORITHM.from(call);
      var name = NAMED.from(call).orElseGet(() -> new NewKeyName(type.file()));
      if (name.isPublic()) {
        throw NAMED.refused("ends in .pub, the name of a public half; leave that out.");
      }
      Passphrase.refuse(call, name.file());
      BITS.from(call).ifPresent(bits -> refuse(type, bits));
      return new Wanted(name, type, comment(call), ABORT_ON_EXISTING_KEY.from(call));
    }

    private static void refuse(NewKeyType type, long bits) {
      var right = type.bits();
      if (right.isEmpty()) {
        throw BITS.refused(
            "cannot be combined with " + type + ", which has one length; leave it out.");
      }
      if (right.get() != bits) {
        throw BITS.refused(
            bits < right.get()
                ? bits + " is too short for a new RSA key; use " + right.get() + " or leave it out."
                : bits + " is not a length that is made; use " + right.get() + " or leave it out.");
      }
    }

    private static KeyComment comment(Call call) {
      try {
        return KeyComment.parse(COMMENT.from(call));
      } catch (IllegalArgumentException e) {
        throw COMMENT.refused(e.getMessage());
      }
    }

    String describe(String on) {
      return "ordered that the key pair " + name + " (" + type + ") be made on " + on
          + (aborts ? "" : ", a key of that name being kept under another");
    }
  }

  @Override
  public Uni<Answer> answer(Call call) {
    OwnerOfKeys.refuseOthers(call);
    var wanted = Wanted.from(call);
    return verbs.answer(
        call,
        "generate_key",
        (action, on) -> action
            .with("file", wanted.name().value())
            .with("algorithm", wanted.type().toString())
            .with("bits", wanted.type().bits().map(Data::number))
            .with("comment", wanted.comment().value())
            .with("abort", Data.flag(wanted.aborts())),
        wanted::describe,
        done -> answer(done, wanted));
  }

  private static Answer answer(Done done, Wanted wanted) {
    var key = made(done.server(), wanted, done.action());
    return Answer.of(Data.hash()
        .with("name", wanted.name().value())
        .with("fingerprint", key.md5())
        .with("fingerprint_sha256", key.fingerprint())
        .with(KeyFileVerbs.REMARKS.name(), done.remarks()));
  }

  /** Whatever the server says of it, it is judged as every key is. */
  private static PublicKey made(ServerName server, Wanted wanted, Action done) {
    try {
      return PublicKey.parse(done.key().orElse(""));
    } catch (IllegalArgumentException e) {
      throw WhmFailure.refused(server + " states that it made " + wanted.name()
          + ", and not which key that is; listsshkeys public_texts=1 shows it.");
    }
  }
}
