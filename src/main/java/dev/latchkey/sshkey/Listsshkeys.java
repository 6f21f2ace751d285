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
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.PagedLooks;
import dev.latchkey.delivery.PagedLooks.Look;
import dev.latchkey.delivery.PagedLooks.Shown;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.server.AskedServers;
import dev.latchkey.server.Observation.KeyFile;
import dev.latchkey.server.ServerParameters;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** WHM API 1, listsshkeys: the key files of root's .ssh on one server. Private keys are named, never shown. */
@Singleton
@Path(Listsshkeys.NAME)
public final class Listsshkeys extends WhmFunction {
  static final String NAME = "listsshkeys";

  private static final Parameter<Optional<String>> FILES =
      Parameter.optional("files", ParameterType.TEXT, "Only files whose names contain this.");

  private static final Parameter<Optional<Boolean>> PRIVATE = Parameter.optional(
      "private", ParameterType.FLAG, "1 for private keys alone; with neither or both, both kinds.");

  private static final Parameter<Optional<Boolean>> PUBLIC = Parameter.optional(
      "public", ParameterType.FLAG, "1 for public keys alone; with neither or both, both kinds.");

  private static final Parameter<Boolean> PRIVATE_TEXTS = Parameter.defaulting(
      "private_texts", ParameterType.FLAG, false, "Refused when 1: private keys never travel.");

  private static final Parameter<Boolean> PUBLIC_TEXTS = Parameter.defaulting(
      "public_texts", ParameterType.FLAG, false, "1 to show the texts of public keys.");

  private static final Field KEYS = Field.list(
      "keys",
      "The key files in root's .ssh.",
      Field.text("file", "The name of the file."),
      Field.flag("private", "1 for a private key, 0 for a public one."),
      Field.flag(
              "authorized",
              "1 if a line of root's authorized_keys has the key and sshd does not pass over it for good, 0 if not; null where that is not known: of a private key whose passphrase hides its public half, or where non_fatals names a file of authorized keys.")
          .orNull(),
      Field.text("comment", "The key's comment; null if it has none, and of a private key.")
          .orNull(),
      Field.time("ctime", "When the file's inode was last changed."),
      Field.time("mtime", "When the file was last written."),
      Field.text("text", "The text of a public key; left out unless public_texts is 1.")
          .optional(),
      Field.number(
              "line",
              "The key's line in a file of several keys (an extension); left out otherwise.")
          .optional(),
      Field.text("format", "RFC4716, PEM or PKCS8 (an extension); left out for OpenSSH's own form.")
          .optional());

  private final PagedLooks looks;

  @Inject
  Listsshkeys(PagedLooks looks) {
    super(Declaration.of(NAME, "Lists the SSH keys of root on a server.")
        .numbered(18)
        .requires(Privilege.SSH_KEYS)
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(
            FILES,
            PRIVATE,
            PUBLIC,
            PRIVATE_TEXTS,
            PUBLIC_TEXTS,
            OwnerOfKeys.PARAMETER,
            ServerParameters.SERVERS,
            ServerParameters.CURSOR,
            ServerParameters.WAIT)
        .answers(
            KEYS,
            Field.texts(
                    "non_fatals",
                    "The files that could not be read, and why, and other remarks of the server (an extension); left out if there are none.")
                .optional())
        .forManyServers(AskedServers.MOST));
    this.looks = looks;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    OwnerOfKeys.refuseOthers(call);
    if (PRIVATE_TEXTS.from(call)) {
      throw PRIVATE_TEXTS.refused(
          "is 1, and private keys never leave their server; on it, “cat /root/.ssh/NAME” shows one.");
    }
    return looks.answer(call, new Look("list_keys", Data.hash(), "keys", () -> new Listed(call)));
  }

  /** What the pages have shown so far. */
  private static final class Listed implements Shown {
    private final Call call;
    private final List<KeyFile> keys = new ArrayList<>();
    private final Set<String> remarks = new LinkedHashSet<>();

    Listed(Call call) {
      this.call = call;
    }

    @Override
    public Optional<String> add(Delivered page, Instant notAfter) {
      var done = KeyOrder.done(page, notAfter);
      keys.addAll(done.keys());
      remarks.addAll(done.unread().items());
      if (done.unread().more() > 0) {
        remarks.add("and " + done.unread().more() + " more files could not be read");
      }
      remarks.addAll(Remarks.of(page.state().server().name(), page.outcome().statement()));
      return done.next();
    }

    @Override
    public Answer answer() {
      return Answer.of(Data.hash()
          .with(
              KEYS.name(),
              new Data.Sequence(keys.stream()
                  .filter(key -> isAsked(call, key))
                  .<Data>map(key -> data(key, PUBLIC_TEXTS.from(call)))
                  .toList()))
          .with(
              "non_fatals",
              Optional.of(remarks)
                  .filter(all -> !all.isEmpty())
                  .map(all -> Data.texts(List.copyOf(all)))));
    }
  }

  private static boolean isAsked(Call call, KeyFile key) {
    var isOtherAlone = isAsked(key.isPrivate() ? PUBLIC : PRIVATE, call)
        && !isAsked(key.isPrivate() ? PRIVATE : PUBLIC, call);
    return !isOtherAlone && FILES.from(call).map(key.file()::contains).orElse(true);
  }

  private static boolean isAsked(Parameter<Optional<Boolean>> kind, Call call) {
    return kind.from(call).orElse(false);
  }

  private static Data data(KeyFile key, boolean withText) {
    return Data.hash()
        .with("file", key.file())
        .with("private", Data.flag(key.isPrivate()))
        .with("authorized", Data.orNull(key.authorized().map(Data::flag)))
        .with("comment", Data.orNull(key.comment().map(Data::text)))
        .with("ctime", key.ctime())
        .with("mtime", key.mtime())
        .with("text", key.text().filter(text -> withText).map(Data::text))
        .with("line", key.line().map(Data::number))
        .with("format", key.format().map(Data::text));
  }
}
