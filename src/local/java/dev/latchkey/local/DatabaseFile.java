package dev.latchkey.local;

import com.almworks.sqlite4java.SQLiteConnection;
import com.almworks.sqlite4java.SQLiteException;
import com.amazonaws.services.dynamodbv2.local.shared.access.sqlite.SQLiteLibraryLoader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The file in which DynamoDB Local keeps its data, looked at before DynamoDB Local opens it: a damaged file
 * would end there in stack traces or in an endless retry, and a foreign database would silently get its tables.
 */
final class DatabaseFile {
  /** DynamoDB Local's own choice for a database that does not depend on region and key. */
  private static final String NAME = "shared-local-instance.db";

  /** The one table that every DynamoDB Local database has. */
  private static final String OWN_TABLE = "dm";

  /** Kept, because a logger that nobody holds may be collected together with its level. */
  private static final Logger SQLITE = Logger.getLogger("com.almworks.sqlite4java");

  private DatabaseFile() {}

  /** Makes the file if it does not exist, and refuses one that is damaged or not DynamoDB Local's. */
  static void check(Path folder) {
    SQLITE.setLevel(Level.OFF); // It logs the stack trace of what is said here in a sentence.
    var file = folder.resolve(NAME);
    loadLibrary();
    var connection = new SQLiteConnection(file.toFile());
    try {
      connection.open(true);
      var verdict = first(connection, "PRAGMA quick_check(1)");
      if (!"ok".equals(verdict)) {
        throw refusal(file, "damaged: " + verdict);
      }
      var tables = first(connection, "SELECT count(*) FROM sqlite_master");
      String own =
          first(connection, "SELECT count(*) FROM sqlite_master WHERE name = '" + OWN_TABLE + "'");
      if (!"0".equals(tables) && "0".equals(own)) {
        throw refusal(file, "a database of another program");
      }
    } catch (SQLiteException e) {
      throw refusal(file, plain(e.getMessage()));
    } finally {
      connection.dispose();
    }
  }

  /** The loader prints stack traces for what it cannot do, so its words are caught and only their start is told. */
  private static void loadLibrary() {
    var usual = System.err;
    var words = new ByteArrayOutputStream();
    System.setErr(new PrintStream(words, true));
    try {
      SQLiteLibraryLoader.initialize();
    } catch (Exception | LinkageError e) {
      throw new LocalProblem(
          "DynamoDB Local cannot load its SQLite library on this machine ("
              + System.getProperty("os.name") + ", " + System.getProperty("os.arch") + ": "
              + words.toString().lines().findFirst().orElse(e.toString())
              + "); point -Dquarkus.dynamodb.endpoint-override=URL at a DynamoDB endpoint that runs elsewhere");
    } finally {
      System.setErr(usual);
    }
  }

  private static String first(SQLiteConnection connection, String query) throws SQLiteException {
    var statement = connection.prepare(query);
    try {
      return statement.step() ? statement.columnString(0) : "";
    } finally {
      statement.dispose();
    }
  }

  /** Of "[26] DB[1] prepare() … [file is encrypted or is not a database]" the part that is for people. */
  private static String plain(String message) {
    return message.replaceFirst("^\\[\\d+] ", "").replaceFirst("^.*\\[([^]]+)]$", "$1");
  }

  private static LocalProblem refusal(Path file, String reason) {
    return new LocalProblem("the database " + file + " cannot be used (" + reason
        + "); put back a copy that is whole, or move it away to start with an empty one");
  }
}
