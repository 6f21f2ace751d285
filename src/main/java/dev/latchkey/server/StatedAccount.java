package dev.latchkey.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a server stated of the end of an account that it made for a grant. Texts are cut and cleaned.
 *
 * @param uid never used for another account of that server
 * @param gone whether the account is deleted and nothing of its uid runs
 * @param wasRoot {@code yes}, {@code no} or {@code unknown}: whether it became root by sudo
 * @param processes how many of its processes were ended
 * @param removed what started something or gave rights, and how many of each: crontab, jobs of at, linger, sudoers, mail
 * @param home what became of its home
 * @param archive where the home is kept, until when, and whether all of it is
 * @param searched {@code yes}, or {@code unknown} where not every file of the server could be looked at
 * @param files of the uid outside its home, which stay
 * @param cleared of how many files setuid and setgid were taken away
 */
public record StatedAccount(
    String name,
    Optional<Long> uid,
    boolean gone,
    String wasRoot,
    long processes,
    List<String> removed,
    String home,
    Optional<String> archive,
    String searched,
    Optional<String> why,
    StatedList<String> files,
    long cleared,
    Optional<String> problem) {
  public StatedAccount {
    removed = List.copyOf(removed);
  }

  /** All that is known of its end, a line each. */
  public List<String> lines() {
    var all = new ArrayList<String>();
    all.add(name
        + uid.map(id -> " (uid " + id + ")").orElse("")
        + (gone ? " was deleted, and none of its processes lives" : " is not gone"));
    all.add(
        switch (wasRoot) {
          case "no" -> "it had no sudo";
          case "yes" -> "it was root by sudo: what it did as root is in no list";
          default -> "it is not known whether it was root by sudo";
        });
    if (processes > 0) {
      all.add(processes + " of its processes were ended");
    }
    if (!removed.isEmpty()) {
      all.add("removed: " + removed.stream().collect(Collectors.joining(", ")));
    }
    all.add(
        switch (home) {
          case "REMOVED" -> "its home was removed";
          case "NONE" -> "it had no home";
          case "LEFT" -> "its home is left";
          default -> "it is not known whether its home was removed";
        });
    archive.ifPresent(text -> all.add("the home's archive: " + text));
    all.add(
        searched.equals("yes")
            ? files.isEmpty()
                ? "no file of its uid is left elsewhere"
                : files.size() + " files of its uid are left elsewhere, and named here"
            : "it is not known which files of its uid are left elsewhere"
                + why.map(text -> ": " + text).orElse(""));
    files.items().forEach(file -> all.add("file: " + file));
    if (files.more() > 0) {
      all.add("and " + files.more() + " more files");
    }
    problem.ifPresent(all::add);
    return all;
  }
}
