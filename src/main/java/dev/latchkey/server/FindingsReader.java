package dev.latchkey.server;

import dev.latchkey.server.Finding.Kind;
import dev.latchkey.server.Findings.Unread;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads what the agent's verb {@code list_access} told. */
final class FindingsReader {
  private static final int MOST = 500;
  private static final int MOST_UNREAD = 20;
  private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}");
  private static final Pattern NAME = Pattern.compile("[!-~]{1,320}");
  private static final Pattern NEXT =
      Pattern.compile("(account|key|sudoers) [!-~]{1,320}( [0-9a-f]{16})?");
  private static final Pattern PLACE = Pattern.compile("[0-9a-f]{16}");
  private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9@.-]{1,64}");

  private FindingsReader() {}

  /** An entry that no agent would state is none. */
  static Findings read(StatementFields from) {
    return new Findings(
        from.list("entries").stream()
            .limit(MOST)
            .flatMap(FindingsReader::finding)
            .toList(),
        "",
        from.text("next").map(FindingsReader::id),
        unread(from.list("unread")),
        Math.max(0, from.number("more").orElse(0L)));
  }

  /** Where it said something else, nobody would know what the page is about. */
  private static String id(String next) {
    if (!NEXT.matcher(next).matches()) {
      throw new IllegalArgumentException("next is none of ours");
    }
    return next;
  }

  /** Of more than are read it is not known whose they are. */
  private static List<Unread> unread(List<StatementFields> all) {
    var rest = all.size() > MOST_UNREAD
        ? Stream.of(new Unread("", (all.size() - MOST_UNREAD) + " more could not be read"))
        : Stream.<Unread>of();
    var read = all.stream()
        .limit(MOST_UNREAD)
        .map(one -> new Unread(
            one.sentence("user").orElse(""),
            one.sentence("why").orElse("the server does not say why")));
    return Stream.concat(read, rest).toList();
  }

  private static Stream<Finding> finding(StatementFields from) {
    var kind = from.text("kind").flatMap(FindingsReader::kind);
    var name = from.text("name").filter(text -> NAME.matcher(text).matches());
    var place = from.text("place").filter(text -> PLACE.matcher(text).matches());
    var isKey = kind.filter(Kind.KEY::equals).isPresent();
    if (kind.isEmpty()
        || name.isEmpty()
        || isKey && (place.isEmpty() || !FINGERPRINT.matcher(name.get()).matches())) {
      return Stream.of();
    }
    return Stream.of(new Finding(
        kind.get(),
        name.get(),
        isKey ? place.get() : "",
        from.sentence("user"),
        from.sentence("file"),
        from.number("line"),
        from.text("type").filter(text -> TYPE.matcher(text).matches()),
        from.sentence("options"),
        from.sentence("comment"),
        from.sentence("what"),
        from.number("ticket"),
        from.time("last_login")));
  }

  private static Optional<Kind> kind(String word) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind != Kind.VANISHED && kind.word().equals(word))
        .findFirst();
  }
}
