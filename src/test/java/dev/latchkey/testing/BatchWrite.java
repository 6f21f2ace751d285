package dev.latchkey.testing;

import dev.latchkey.store.Item;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Puts many items into the table at once, for tests of long lists. */
public final class BatchWrite {
  /** The most that BatchWriteItem takes. */
  private static final int MOST = 25;

  private BatchWrite() {}

  /** @param item makes each item, by its number from 0 */
  public static void of(
      DynamoDbAsyncClient client, String table, int count, IntFunction<Item> item) {
    var puts = IntStream.range(0, count)
        .mapToObj(i -> PutRequest.builder().item(item.apply(i).attributes()).build())
        .map(put -> WriteRequest.builder().putRequest(put).build())
        .toList();
    for (var i = 0; i < count; i += MOST) {
      var batch = puts.subList(i, Math.min(count, i + MOST));
      client
          .batchWriteItem(request -> request.requestItems(Map.of(table, batch)))
          .join();
    }
  }
}
