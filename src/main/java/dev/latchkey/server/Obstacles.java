package dev.latchkey.server;

import java.util.ArrayList;
import java.util.List;

/** Why a grant is not proven gone, in words. */
record Obstacles(StatedEnd end) {
  /** In a sentence that a client shows on one line; the data have all of them. */
  private static final int MOST_QUESTIONS = 5;

  List<String> sentences() {
    var all = new ArrayList<String>();
    end.problem().ifPresent(all::add);
    if (end.copies() > 0) {
      all.add(
          "the key stands in " + end.copies() + " more lines, which were there before the grant");
    }
    var questions = end.questions().items();
    all.addAll(questions.subList(0, Math.min(MOST_QUESTIONS, questions.size())));
    var more = end.questions().size() - MOST_QUESTIONS;
    if (more > 0) {
      all.add("and " + more + " more questions are open");
    }
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
