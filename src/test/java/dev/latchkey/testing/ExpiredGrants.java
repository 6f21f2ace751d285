package dev.latchkey.testing;

import dev.latchkey.store.Item;
import dev.latchkey.store.Store;
import io.quarkus.arc.Unremovable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;

/** Grants whose time is over, as the table has them, without waiting for it. */
@Singleton
@Unremovable
public class ExpiredGrants {
  @Inject
  Store store;

  /** All of the server of this case. */
  public void now(SupportCase support) {
    var past = Item.time(Instant.now().minusSeconds(10));
    store
        .query("S#" + support.server().name(), "G#")
        .await()
        .indefinitely()
        .forEach(grant -> store
            .write(store.transaction().put(grant.with("expires_at", past)))
            .await()
            .indefinitely());
  }
}
