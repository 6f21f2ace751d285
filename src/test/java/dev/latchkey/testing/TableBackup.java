package dev.latchkey.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The table at one moment, to be put back as a restore would. */
public final class TableBackup {
  private static final String TABLE = "latchkey";

  private final DynamoDbAsyncClient client;
  private final List<Map<String, AttributeValue>> items;

  private TableBackup(DynamoDbAsyncClient client) {
    this.client = client;
    items = all(client);
  }

  public static TableBackup of(DynamoDbAsyncClient client) {
    return new TableBackup(client);
  }

  private static List<Map<String, AttributeValue>> all(DynamoDbAsyncClient client) {
    var all = new ArrayList<Map<String, AttributeValue>>();
    client
        .scanPaginator(scan -> scan.tableName(TABLE).consistentRead(true))
        .subscribe(page -> all.addAll(page.items()))
        .join();
    return all;
  }

  /** Whatever was written since is gone, and whatever was taken away is there again. */
  public void putBack() {
    var known = new HashSet<>(items);
    var keys = new HashSet<>(items.stream().map(TableBackup::key).toList());
    for (var item : all(client)) {
      if (!known.remove(item) && !keys.contains(key(item))) {
        client.deleteItem(delete -> delete.tableName(TABLE).key(key(item))).join();
      }
    }
    for (var item : known) {
      client.putItem(put -> put.tableName(TABLE).item(item)).join();
    }
  }

  private static Map<String, AttributeValue> key(Map<String, AttributeValue> item) {
    return Map.of("pk", item.get("pk"), "sk", item.get("sk"));
  }
}
