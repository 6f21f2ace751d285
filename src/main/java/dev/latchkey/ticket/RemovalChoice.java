package dev.latchkey.ticket;

import java.util.ArrayList;
import java.util.List;

/**
 * Which closed tickets one call takes: as many as {@link #MOST_GRANTS} grants allow, and always one.
 *
 * @param rest those that another call must take
 */
record RemovalChoice(List<ListedTicket> chosen, List<ListedTicket> rest) {
  static final int MOST_GRANTS = 40;

  /**
   * @param turn any number; it says with which ticket to begin, so that calls which meet the same dead servers again and
   *     again do not always leave the same tickets for later
   */
  static RemovalChoice of(List<ListedTicket> closed, int turn) {
    var chosen = new ArrayList<ListedTicket>();
    var rest = new ArrayList<ListedTicket>();
    var grants = 0L;
    for (var i = 0; i < closed.size(); i++) {
      var listed = closed.get(Math.floorMod(i + Math.floorMod(turn, closed.size()), closed.size()));
      var more = most(listed);
      if (rest.isEmpty() && (chosen.isEmpty() || grants + more <= MOST_GRANTS)) {
        chosen.add(listed);
        grants += more;
      } else {
        rest.add(listed);
      }
    }
    return new RemovalChoice(List.copyOf(chosen), List.copyOf(rest));
  }

  /** One that an earlier release closed does not say how many of its grants stand. */
  private static long most(ListedTicket listed) {
    return listed.standing().orElseGet(() -> (long) listed.ticket().grantKeys().size());
  }
}
