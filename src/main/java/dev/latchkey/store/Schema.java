package dev.latchkey.store;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The version of the forms in which items lie in the table: {@code SCHEMA / SCHEMA}, which is not there for the first one. A
 * release that knows only an older one would half read what it finds, after a rollback or with a table of a newer release.
 *
 * <p>It is read once a process, since a table gets another version only by a release that then runs everywhere.
 */
@Singleton
public class Schema {
  private static final Logger LOG = Logger.getLogger(Schema.class);

  /** Of this release. The next one is written when an older release would misread what is written from then on. */
  static final int VERSION = 1;

  static final Key KEY = new Key("SCHEMA", "SCHEMA");
  static final String NUMBER = "version";

  /** The release that wrote it. */
  static final String RELEASE = "release";

  private final Store store;
  private volatile boolean known;

  @Inject
  Schema(Store store) {
    this.store = store;
  }

  /**
   * That this release knows the table.
   *
   * @param closes whether what is to be done only closes access: it does not wait until the version can be read
   * @throws NewerTable when it does not
   */
  public Uni<Void> check(boolean closes) {
    return Uni.createFrom().deferred(() -> {
      if (known) {
        return Uni.createFrom().voidItem();
      }
      var read = store
          .get(KEY)
          .map(item -> item.orElseGet(() -> Item.at(KEY).with(NUMBER, 1)))
          .invoke(this::judge)
          .replaceWithVoid();
      return closes ? read.onFailure(Schema::isUnread).recoverWithNull() : read;
    });
  }

  private static boolean isUnread(Throwable failure) {
    if (failure instanceof NewerTable) {
      return false;
    }
    LOG.warnf(failure, "the version of the table cannot be read; what closes access goes on");
    return true;
  }

  private void judge(Item item) {
    var number = item.find(NUMBER).map(AttributeValue::n).orElse("");
    // What cannot be read as a number is of a release that this one does not know either.
    if (!number.matches("[0-9]{1,9}") || Integer.parseInt(number) > VERSION) {
      var release = item.find(RELEASE).map(AttributeValue::s).orElse("a newer release");
      LOG.errorf(
          "the table %s has version “%s” of its form, written by %s, and this release knows %d:"
              + " deploy that release or a later one",
          store.tableName(), number, release, VERSION);
      throw new NewerTable();
    }
    known = true;
  }

  /** As a process that starts. */
  void forget() {
    known = false;
  }
}
