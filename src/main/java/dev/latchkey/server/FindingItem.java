package dev.latchkey.server;

import dev.latchkey.server.Finding.Kind;
import dev.latchkey.server.KnownFinding.Acknowledgement;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How findings lie in the table: keys in {@code F#KEYS / owner#server#id}, the rest in {@code F#OTHERS / owner#server#id}. For lists
 * there are copies: by fingerprint in {@code F#KEY#fingerprint / owner#server#id}, and what nobody gave or acknowledged in {@code
 * F#DRIFT / owner#server#id}.
 */
final class FindingItem {
  static final String KEYS = "F#KEYS";
  static final String OTHERS = "F#OTHERS";
  static final String DRIFT = "F#DRIFT";
  private static final String KEY = "F#KEY#";
  private static final String ACKNOWLEDGED_AT = "acknowledged_at";

  private FindingItem() {}

  static String ofKey(String fingerprint) {
    return KEY + fingerprint;
  }

  static String prefix(String owner, ServerName server) {
    return owner + "#" + server + "#";
  }

  /** Where its one true item lies. */
  static Key key(KnownFinding of) {
    return at(of.finding().kind() == Kind.KEY ? KEYS : OTHERS, of);
  }

  private static Key at(String partition, KnownFinding of) {
    return new Key(partition, prefix(of.owner(), of.server()) + of.finding().id());
  }

  /** Where its copies lie, whether they are there or not. */
  static Stream<Key> copies(KnownFinding of) {
    return of.finding().kind() == Kind.KEY
        ? Stream.of(drift(of), at(ofKey(of.finding().name()), of))
        : Stream.of(drift(of));
  }

  static Key drift(KnownFinding of) {
    return at(DRIFT, of);
  }

  static Item write(Key key, KnownFinding known) {
    var finding = known.finding();
    return Item.at(key)
        .with("server_name", known.server().value())
        .with("owner_name", known.owner())
        .with("kind", finding.kind().word())
        .with("found", finding.name())
        .with(
            "place",
            Optional.of(finding.place()).filter(text -> !text.isEmpty()).map(Item::text))
        .with("account", finding.user().map(Item::text))
        .with("file", finding.file().map(Item::text))
        .with("line", finding.line().map(Item::number))
        .with("key_type", finding.type().map(Item::text))
        .with("options", finding.options().map(Item::text))
        .with("comment", finding.comment().map(Item::text))
        .with("what", finding.what().map(Item::text))
        .with("ticket", finding.ticket().map(Item::number))
        .with("last_login", finding.lastLogin().map(Item::time))
        .with("first_seen", Item.time(known.firstSeen()))
        .with("given_by", known.by().map(Item::text))
        .with(ACKNOWLEDGED_AT, known.acknowledged().map(one -> Item.time(one.at())))
        .with("acknowledged_by", known.acknowledged().map(one -> Item.text(one.by())))
        .with("acknowledged_why", known.acknowledged().map(one -> Item.text(one.reason())));
  }

  static KnownFinding read(Item item) {
    return new KnownFinding(
        new ServerName(item.getText("server_name")),
        item.getText("owner_name"),
        new Finding(
            Stream.of(Kind.values())
                .filter(kind -> kind.word().equals(item.getText("kind")))
                .findFirst()
                .orElseThrow(),
            item.getText("found"),
            text(item, "place").orElse(""),
            text(item, "account"),
            text(item, "file"),
            item.findNumber("line"),
            text(item, "key_type"),
            text(item, "options"),
            text(item, "comment"),
            text(item, "what"),
            item.findNumber("ticket"),
            time(item, "last_login")),
        Instant.ofEpochSecond(item.getNumber("first_seen")),
        text(item, "given_by"),
        time(item, ACKNOWLEDGED_AT)
            .map(at -> new Acknowledgement(
                at, item.getText("acknowledged_by"), item.getText("acknowledged_why"))));
  }

  private static Optional<String> text(Item item, String name) {
    return item.findText(name);
  }

  private static Optional<Instant> time(Item item, String name) {
    return item.findNumber(name).map(Instant::ofEpochSecond);
  }
}
