package dev.latchkey.ticket;

import dev.latchkey.ticket.Ticket.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a ticket remembers of its grants, as a server that is removed or moved takes all that it knows of them with it.
 *
 * @param last when each place was last granted access; places of an earlier release are not there
 * @param owners whose servers they were then, each once, {@value #MOST_OWNERS} at most
 */
record Given(Map<Place, Last> last, List<String> owners) {
  static final int MOST_OWNERS = 50;
  static final Given NONE = new Given(Map.of(), List.of());

  /**
   * @param generation of the server's wanted state in which it came: what is proven of an earlier one says nothing of it
   */
  record Last(Instant at, long generation) {}

  Given {
    last = Map.copyOf(last);
    owners = List.copyOf(owners);
  }

  Given with(Place place, Last grant, String owner) {
    var times = new HashMap<>(last);
    times.put(place, grant);
    var users = new ArrayList<>(owners);
    if (!users.contains(owner)) {
      users.add(owner);
    }
    return new Given(times, users);
  }

  Optional<Last> lastOf(Place place) {
    return Optional.ofNullable(last.get(place));
  }
}
