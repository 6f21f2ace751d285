package dev.latchkey.server;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Why a grant is not proven gone, in words. */
record Obstacles(StatedEnd end) {
  /** In a sentence that a client shows on one line; the data have all of them. */
  private static final int MOST = 5;

  List<String> sentences() {
    var all = new ArrayList<String>();
    end.problem().ifPresent(all::add);
    all.addAll(first(
        end.copies(), "the key also stands in ", " more lines of the key are not named here"));
    all.addAll(first(end.questions(), "", " more questions are open"));
    if (!end.unattributed().isEmpty()) {
      all.add(unattributed());
    }
    if (all.isEmpty()) {
      all.add(
          end.gone() == StatedEnd.Gone.NO
              ? "it is not gone yet"
              : "it is not known whether it is gone");
    }
    return all;
  }

  private static List<String> first(StatedList<String> all, String before, String more) {
    var some = all.items().stream().limit(MOST).map(one -> before + one);
    var left = all.size() - Math.min(MOST, all.items().size());
    return Stream.concat(some, left > 0 ? Stream.of("and " + left + more) : Stream.of())
        .toList();
  }

  private String unattributed() {
    var ids = end.unattributed().items().stream().map(StatedEnd.Session::id).toList();
    var count = end.unattributed().size();
    return (count == 1
            ? "1 live session cannot be attributed"
            : count + " live sessions cannot be attributed")
        + " to a key; api.end_unattributed="
        + String.join(",", ids.subList(0, Math.min(2, ids.size())))
        + (ids.size() > 2 ? ",…" : "") + " ends exactly those that it names";
  }
}
