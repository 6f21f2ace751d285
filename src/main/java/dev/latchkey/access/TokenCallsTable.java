package dev.latchkey.access;

import dev.latchkey.store.Item;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** What a user's credentials count of a month, those that were revoked and not yet removed included. */
@Singleton
public class TokenCallsTable {
  private final Store store;

  @Inject
  TokenCallsTable(Store store) {
    this.store = store;
  }

  /**
   * Calls of one token in one month.
   *
   * @param id the token's lasting id, by which pages are ordered
   * @param name empty of one that an earlier release revoked
   */
  public record TokenCalls(String id, String name, Tally calls) {}

  /**
   * Some of them, also those without a call, in the order of their ids.
   *
   * @param after the id of the last one before; empty for the first ones
   */
  public Uni<List<TokenCalls>> page(String user, Month month, String after, int most) {
    var first = CredentialItem.PREFIX + after + (after.isEmpty() ? "" : Query.END);
    var last = CredentialItem.PREFIX + Query.END;
    return store
        .query(new Query("U#" + user, first, last, most, false))
        .map(items -> items.stream().map(item -> read(item, month)).toList());
  }

  /** Of one token by its lasting id; empty if its item is gone. */
  public Uni<Optional<TokenCalls>> find(String user, Month month, String id) {
    return store
        .query(Query.of("U#" + user, CredentialItem.PREFIX + id).limit(1))
        .map(items -> items.stream().map(item -> read(item, month)).findFirst());
  }

  private static TokenCalls read(Item item, Month month) {
    var digest = item.getText("sk").substring(CredentialItem.PREFIX.length());
    var counted = CredentialItem.counted(item).get(month);
    return new TokenCalls(
        Credential.id(digest),
        item.findText("token_name")
            .or(() -> item.findText(RemainsTable.GONE_NAME))
            .orElse(""),
        Optional.ofNullable(counted).orElse(Tally.NONE));
  }
}
