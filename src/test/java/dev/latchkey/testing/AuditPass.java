package dev.latchkey.testing;

import dev.latchkey.usage.Upkeep;
import io.quarkus.arc.All;
import io.quarkus.arc.Unremovable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** What the reconciler does each minute about the audit, and nothing else. */
@Singleton
@Unremovable
public class AuditPass {
  @Inject
  @All
  List<Upkeep> upkeep;

  public void run() {
    upkeep.stream()
        .filter(work ->
            work.getClass().getSimpleName().matches("(OccurrenceUpkeep|Sealing|Signing)(_.*)?"))
        .forEach(work -> work.run().await().indefinitely());
  }
}
