package dev.latchkey.local.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What is to go wrong with the next commands: asked for by tests, and by default nothing. */
public final class Faults {
  private final List<Plan> plans = new ArrayList<>();

  Faults() {}

  /** All of these with each of the next so many SendCommands. */
  public void next(int count, PlannedFault... together) {
    add(request -> true, count, together);
  }

  /** All of these with each of the next so many SendCommands of this document. */
  public void next(String document, int count, PlannedFault... together) {
    add(request -> request.path("DocumentName").asText().equals(document), count, together);
  }

  /** All of these with each of the next so many SendCommands to this node and no other. */
  public void nextTo(String node, int count, PlannedFault... together) {
    add(request -> request.path("InstanceIds").path(0).asText().equals(node), count, together);
  }

  /** Forgets what was asked for and did not happen yet. */
  public synchronized void clear() {
    plans.clear();
  }

  private synchronized void add(Predicate<JsonNode> which, int count, PlannedFault... together) {
    for (int i = 0; i < count; i++) {
      plans.add(new Plan(which, new Chosen(List.of(together))));
    }
  }

  /** Takes out what was asked for first. */
  synchronized Chosen take(JsonNode request) {
    for (Iterator<Plan> all = plans.iterator(); all.hasNext(); ) {
      var plan = all.next();
      if (plan.which.test(request)) {
        all.remove();
        return plan.faults;
      }
    }
    return Chosen.NONE;
  }

  private record Plan(Predicate<JsonNode> which, Chosen faults) {}

  /** What goes wrong with one command. */
  record Chosen(List<PlannedFault> faults) {

    static final Chosen NONE = new Chosen(List.of());

    <F extends PlannedFault> Optional<F> of(Class<F> kind) {
      return faults.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    boolean has(Class<? extends PlannedFault> kind) {
      return of(kind).isPresent();
    }
  }
}
