package dev.latchkey.server;

import java.util.List;

/** Reads what a server stated of an account that it made for a grant. */
final class StatedAccountReader {
  private static final List<String> REMOVED =
      List.of("sudoers", "crontab", "at_jobs", "linger", "mail");

  private StatedAccountReader() {}

  static StatedAccount read(StatementFields from) {
    var removed = from.hash("removed");
    var archive = from.hash("archive");
    return new StatedAccount(
        from.word("name").orElse("?"),
        from.number("uid"),
        from.flag("gone"),
        from.word("was_root").orElse("unknown"),
        from.number("processes").orElse(0L),
        REMOVED.stream()
            .flatMap(what -> removed.number(what).stream().map(count -> what + ": " + count))
            .toList(),
        from.word("home").orElse("unknown"),
        archive
            .sentence("file")
            .map(file -> kept(file, archive))
            .or(() -> archive.sentence("problem")),
        from.word("searched").orElse("unknown"),
        from.sentence("why"),
        StatedList.of(
            from.list("files").stream().map(StatedAccountReader::file).toList(),
            from.number("more").orElse(0L)),
        from.number("cleared").orElse(0L),
        from.sentence("problem"));
  }

  private static String kept(String file, StatementFields archive) {
    return file
        + archive.number("bytes").map(bytes -> ", " + bytes + " bytes").orElse("")
        + (archive.flag("whole") ? "" : ", not all of it")
        + archive.time("until").map(until -> ", until " + until).orElse("");
  }

  private static String file(StatementFields from) {
    return from.sentence("path").orElse("?")
        + from.word("mode").map(mode -> " (mode " + mode + ")").orElse("")
        + (from.flag("cleared") ? ": setuid and setgid were cleared" : "");
  }
}
