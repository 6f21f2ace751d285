package dev.latchkey.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The whole table and everything on a folder server at one moment, but for what admission counts of each call: after a dry run
 * it is what it was before.
 *
 * @param items by key
 * @param files what can be seen of a change of each, its bytes and times included
 */
public record Whole(Map<String, Map<String, AttributeValue>> items, Map<String, String> files) {
  private static final String COUNTED = "last_used|last_ip|s[0-9]|calls_.*|live_.*|[0-9].*";

  public static Whole of(DynamoDbAsyncClient client, Path server) {
    return new Whole(items(client), files(server));
  }

  /** The same but for one partition. */
  public Whole without(String partition) {
    var others = new TreeMap<>(items);
    others.keySet().removeIf(key -> key.startsWith(partition + " / "));
    return new Whole(others, files);
  }

  private static Map<String, Map<String, AttributeValue>> items(DynamoDbAsyncClient client) {
    var items = new TreeMap<String, Map<String, AttributeValue>>();
    client
        .scanPaginator(scan -> scan.tableName("latchkey").consistentRead(true))
        .subscribe(page -> page.items().forEach(item -> {
          var key = item.get("pk").s() + " / " + item.get("sk").s();
          var kept = new HashMap<>(item);
          if (key.startsWith("U#")) {
            kept.keySet().removeIf(name -> name.matches(COUNTED));
          }
          items.put(key, kept);
        }))
        .join();
    return items;
  }

  /** What was decided: not when a server stated something, and not what is kept of calls with a key. */
  public Map<String, Map<String, AttributeValue>> decided() {
    var decided = new TreeMap<>(items);
    decided.keySet().removeIf(key -> key.startsWith("I#"));
    decided.replaceAll((key, item) -> {
      var kept = new HashMap<>(item);
      if (key.endsWith(" / SERVER")) {
        kept.keySet().removeAll(List.of("revision", "seen", "seen_at", "statement"));
      }
      return kept;
    });
    return decided;
  }

  private static Map<String, String> files(Path folder) {
    try (var paths = Files.walk(folder)) {
      var files = new TreeMap<String, String>();
      for (var path : paths.toList()) {
        var seen =
            Files.readAttributes(path, "unix:mode,ino,size,ctime", LinkOption.NOFOLLOW_LINKS);
        var bytes = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
            ? Arrays.hashCode(Files.readAllBytes(path))
            : 0;
        files.put(path.toString(), new TreeMap<>(seen) + " " + bytes);
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
