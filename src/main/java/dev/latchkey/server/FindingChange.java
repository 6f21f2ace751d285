package dev.latchkey.server;

import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What became of a finding: what was known of it, and what is known now.
 *
 * @param before empty for one that is new
 * @param after empty for one that is gone
 */
record FindingChange(Optional<KnownFinding> before, Optional<KnownFinding> after) {

  /** @param now what the page's stretch has; what could not be read is not gone */
  static List<FindingChange> between(
      List<KnownFinding> known, List<KnownFinding> now, Findings page) {
    var before = known.stream().collect(toMap(one -> one.finding().id(), one -> one));
    var all = new ArrayList<FindingChange>();
    for (var one : now) {
      var was = Optional.ofNullable(before.remove(one.finding().id()));
      var kept = was.filter(old -> one.finding().isStill(old.finding()))
          .map(old -> new KnownFinding(
              one.server(),
              one.owner(),
              one.finding(),
              old.firstSeen(),
              one.by(),
              old.acknowledged()))
          .orElse(one);
      if (was.filter(kept::equals).isEmpty()) {
        all.add(new FindingChange(was, Optional.of(kept)));
      }
    }
    before.values().stream()
        .filter(old -> page.covers(old.finding().id()) && !page.isUnknown(old.finding()))
        .forEach(old -> all.add(new FindingChange(Optional.of(old), Optional.empty())));
    return all;
  }
}
