package dev.latchkey.sshkey;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.ssh.NewKeyName;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.sshkey.KeyFileVerbs.Done;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/** WHM API 1, importsshkey, for public keys: a private one never travels, and is refused before anything is written. */
@Singleton
@Path(Importsshkey.NAME)
public final class Importsshkey extends WhmFunction {
  static final String NAME = "importsshkey";

  private static final Parameter<NewKeyName> NAMED = Parameter.required(
      "name",
      ParameterType.text(NewKeyName::parse),
      "The key's name, such as TestKey; its file in root's .ssh is TestKey.pub.");

  private static final Parameter<String> KEY = Parameter.required(
      "key",
      ParameterType.TEXT,
      "A public key, as its .pub file has it or in the format of RFC 4716, in which PuTTYgen saves one.");

  private static final Parameter<Boolean> EXTRACT_PRIVATE = Parameter.defaulting(
      "extract_private", ParameterType.FLAG, false, "Refused when 1: private keys never travel.");

  private static final Parameter<Boolean> EXTRACT_PUBLIC = Parameter.defaulting(
      "extract_public",
      ParameterType.FLAG,
      false,
      "1 changes nothing: only public keys are taken.");

  private final KeyFileVerbs verbs;

  @Inject
  Importsshkey(KeyFileVerbs verbs) {
    super(Declaration.of(NAME, "Puts a public key into a file of root's .ssh on a server.")
        .numbered(46)
        .requires(Privilege.SSH_KEYS)
        .changes()
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(
            KEY,
            NAMED,
            EXTRACT_PRIVATE,
            EXTRACT_PUBLIC,
            Passphrase.PARAMETER,
            OwnerOfKeys.PARAMETER,
            ServerParameters.SERVER,
            ServerParameters.WAIT)
        .answers(KeyFileVerbs.REMARKS)
        .orNothing()
        .aboutServer());
    this.verbs = verbs;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    OwnerOfKeys.refuseOthers(call);
    var name = NAMED.from(call);
    refusePrivate(call, name);
    EXTRACT_PUBLIC.from(call);
    var key = key(call);
    return verbs.answer(
        call,
        "import_key",
        (action, on) -> action
            .with("file", name.publicFile().value())
            .with("key", key.lineWithComment())
            .with("fingerprint", key.fingerprint()),
        on -> "ordered that the public key " + key.fingerprint() + " be kept as "
            + name.publicFile() + " on " + on,
        before -> ServerParameters.refuseRevoked(before, key.fingerprint(), KEY),
        done -> answer(done, key));
  }

  private static Answer answer(Done done, PublicKey key) {
    if (done.action().fingerprint().filter(key.fingerprint()::equals).isEmpty()) {
      throw WhmFailure.refused(
          done.server() + " states another key than the one that was given; look there.");
    }
    return done.remarks()
        .map(remarks -> Answer.of(Data.hash().with(KeyFileVerbs.REMARKS.name(), remarks)))
        .orElseGet(Answer::withoutData);
  }

  /** First of all, and without a word of what was given: it must not reach a log, an audit entry or Systems Manager. */
  private static void refusePrivate(Call call, NewKeyName name) {
    var file = name.file();
    if (PublicKey.isPrivate(KEY.from(call))) {
      throw KEY.refused(
          "is a private key, which must never travel and was not kept; copy it yourself, “scp FILE root@SERVER:"
              + file.inShell() + "”, and write its public half there, “ssh-keygen -y -f "
              + file.inShell() + " > " + name.publicFile().inShell() + "”."
              + (call.arguments().isInUrl(KEY.name())
                  ? " It was in the URL, and so in the logs of what lies between: make a new pair in its place, and take this one out wherever it lets in."
                  : ""));
    }
    Passphrase.refuse(call, file);
    if (EXTRACT_PRIVATE.from(call)) {
      throw EXTRACT_PRIVATE.refused("is 1, and private keys never travel; leave it out.");
    }
  }

  private static PublicKey key(Call call) {
    try {
      return PublicKey.parseSaved(KEY.from(call));
    } catch (IllegalArgumentException e) {
      throw KEY.refused(e.getMessage());
    }
  }
}
