package dev.latchkey.ticket;

import dev.latchkey.change.Changed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The support agreement of each user: {@code T#AGREEMENT#user / AGREEMENT}. */
@Singleton
class AgreementTable {
  private final Store store;

  @Inject
  AgreementTable(Store store) {
    this.store = store;
  }

  Uni<Optional<Agreement>> find(String owner) {
    return store.get(key(owner)).map(found -> found.map(item -> read(owner, item)));
  }

  /**
   * Fails with {@link Changed} if it was changed after it was read.
   *
   * @param before what was read; empty if there was none
   */
  void write(Transaction in, Optional<Agreement> before, Agreement after) {
    var item = Item.at(key(after.owner()))
        .with("version", after.version())
        .with("title", after.title())
        .with("body", after.body())
        .with("view_url", after.viewUrl().map(URI::toString).map(Item::text))
        .with("download_url", after.downloadUrl().map(URI::toString).map(Item::text))
        .with("created_at", Item.time(after.createdAt()))
        .with("approved_at", after.approvedAt().map(Item::time))
        .with("revision", after.revision());
    if (before.isEmpty()) {
      in.putNew(item, Changed::new);
    } else {
      in.replace(
          item,
          "revision = :revision",
          Map.of(":revision", Item.number(before.get().revision())),
          Changed::new);
    }
  }

  void delete(Transaction in, String owner) {
    in.delete(key(owner));
  }

  private static Agreement read(String owner, Item item) {
    return new Agreement(
        owner,
        item.getText("version"),
        item.getText("title"),
        item.getText("body"),
        item.findText("view_url").map(URI::create),
        item.findText("download_url").map(URI::create),
        Instant.ofEpochSecond(item.getNumber("created_at")),
        item.findNumber("approved_at").map(Instant::ofEpochSecond),
        item.getNumber("revision"));
  }

  private static Key key(String owner) {
    return new Key("T#AGREEMENT#" + owner, "AGREEMENT");
  }
}
