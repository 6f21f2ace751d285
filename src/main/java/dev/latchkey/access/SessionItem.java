package dev.latchkey.access;

import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import java.time.Instant;

/**
 * How sessions lie in the table: {@code X#user / S#digest}, and links to them {@code X#user / L#digest}, so that the id of a
 * link never is that of a session.
 */
final class SessionItem {
  static final String SESSION = "S#";
  static final String LINK = "L#";

  /** What makes it a session: an update that any function may send makes an item without it. */
  static final String REVISION = "revision";

  static final String LAST_SEEN = "last_seen";
  static final String MISSES = "misses";

  private static final String SECURITY = "security";
  private static final String ENDS_AT = "ends_at";
  private static final String EXPIRES = "expires";
  private static final String APP = "app";
  private static final String TTL = "ttl";

  private SessionItem() {}

  static String partition(String user) {
    return "X#" + user;
  }

  static Key key(String kind, String user, String digest) {
    return new Key(partition(user), kind + digest);
  }

  static boolean isWhole(Item item) {
    return item.find(REVISION).isPresent();
  }

  static Session read(String user, Item item) {
    return new Session(
        user,
        item.getText("sk").substring(SESSION.length()),
        item.getText("opener"),
        item.getText("token"),
        item.findText("token_name").orElse(""),
        Privileges.ofAcls(item.getSet("acls")),
        Instant.ofEpochSecond(item.getNumber(ENDS_AT)),
        item.getText(REVISION));
  }

  static String security(Item item) {
    return item.getText(SECURITY);
  }

  static Instant lastSeen(Item item) {
    return Instant.ofEpochSecond(item.getNumber(LAST_SEEN));
  }

  static long misses(Item item) {
    return item.findNumber(MISSES).orElse(0L);
  }

  static Instant expires(Item link) {
    return Instant.ofEpochSecond(link.getNumber(EXPIRES));
  }

  static SessionLink link(String user, Item item) {
    return new SessionLink(read(user, item), item.getText(APP));
  }

  static Item session(Session session, String security, Instant now) {
    return write(SESSION, session, security)
        .with(LAST_SEEN, Item.time(now))
        .with(TTL, Item.time(session.endsAt()));
  }

  static Item link(SessionLink link, String security, Instant expires) {
    return write(LINK, link.session(), security)
        .with(APP, link.app())
        .with(EXPIRES, Item.time(expires))
        .with(TTL, Item.time(expires));
  }

  private static Item write(String kind, Session session, String security) {
    return Item.at(key(kind, session.user(), session.digest()))
        .with("opener", session.opener())
        .with("token", session.token())
        .with("token_name", session.tokenName())
        .with("acls", Item.set(session.privileges().acls()))
        .with(SECURITY, security)
        .with(ENDS_AT, Item.time(session.endsAt()))
        .with(REVISION, session.revision());
  }
}
