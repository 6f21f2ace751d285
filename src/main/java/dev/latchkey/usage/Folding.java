package dev.latchkey.usage;

import dev.latchkey.access.Admitted;
import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.Month;
import dev.latchkey.access.Tally;
import dev.latchkey.store.Store;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.Serial;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * Moves counters from credentials to their user's item of the month, so that a credential has those of this month and the
 * last, or of the two months in which it was used last, and nothing that was counted is lost or there twice.
 */
@Singleton
public class Folding {
  private static final Logger LOG = Logger.getLogger(Folding.class);

  /** An expression of DynamoDB takes 300 operators, and each counter is compared and joined to the others. */
  private static final int COUNTERS_AT_ONCE = 140;

  private final Store store;
  private final CredentialTable credentials;
  private final UsageTable usage;

  @Inject
  Folding(Store store, CredentialTable credentials, UsageTable usage) {
    this.store = store;
    this.credentials = credentials;
    this.usage = usage;
  }

  /** What an admitted call found to be old. It never fails: of several calls at once one does it, or the next. */
  public Uni<Void> fold(Admitted call) {
    if (call.old().isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    var oldest = oldest(call.old());
    var credential = call.caller().credential();
    var transaction = store.transaction();
    credentials.takeOut(transaction, credential, oldest, Taken::new);
    oldest.forEach((month, tally) -> usage.add(
        transaction, credential.user(), credential.id(), credential.name(), month, tally));
    return store
        .write(transaction)
        .onFailure(Taken.class)
        .recoverWithNull()
        .onFailure()
        .invoke(failure -> LOG.warnf(
            failure, "old counters of “%s” of %s stay on it", credential.name(), credential.user()))
        .onFailure()
        .recoverWithNull();
  }

  /** The months that one transaction goes through. */
  static SortedMap<Month, Tally> oldest(Map<Month, Tally> counted) {
    var oldest = new TreeMap<Month, Tally>();
    var counters = 0;
    for (var month : new TreeMap<>(counted).entrySet()) {
      counters += month.getValue().byFunction().size() + 1;
      if (!oldest.isEmpty() && counters > COUNTERS_AT_ONCE) {
        break;
      }
      oldest.put(month.getKey(), month.getValue());
    }
    return oldest;
  }

  /** Another call was first. */
  private static final class Taken extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;
  }
}
