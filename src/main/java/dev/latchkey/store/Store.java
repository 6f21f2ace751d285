package dev.latchkey.store;

import dev.latchkey.settings.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The one table, for the {@code …Table} classes of the rooms: reads, strongly consistent but where a call says {@code
 * eventually}, conditional writes, and transactions, each retried when it met another one in flight or DynamoDB was too busy.
 *
 * <p>Every method fails with {@link UnknownOutcome} when DynamoDB gave no answer that says whether a write was done.
 */
@Singleton
public class Store {
  private static final int CONFLICT_RETRIES = 12;
  /** Of BatchGetItem. */
  private static final int MOST_KEYS = 100;

  private static final long FIRST_PAUSE_MS = 10;
  private static final long LONGEST_PAUSE_MS = 250;

  private static final AwsRequestOverrideConfiguration ONCE =
      AwsRequestOverrideConfiguration.builder()
          .addPlugin(client -> client.overrideConfiguration(client
              .overrideConfiguration()
              .copy(to -> to.retryStrategy(AwsRetryStrategy.doNotRetry()))))
          .build();

  private final DynamoDbAsyncClient client;
  private final String table;

  @Inject
  Store(DynamoDbAsyncClient client, Settings settings) {
    this(client, settings.table());
  }

  public Store(DynamoDbAsyncClient client, String table) {
    this.client = client;
    this.table = table;
  }

  public String tableName() {
    return table;
  }

  public Transaction transaction() {
    return new Transaction(tableName());
  }

  public Uni<Optional<Item>> get(Key key) {
    return send(() -> client.getItem(GetItemRequest.builder()
            .tableName(tableName())
            .key(key.attributes())
            .consistentRead(true)
            .build()))
        .map(response ->
            response.hasItem() ? Optional.of(new Item(response.item())) : Optional.empty());
  }

  /** The items that are there, in no particular order; one request for each 100 keys. */
  public Uni<List<Item>> getAll(Collection<Key> keys) {
    return getAll(keys, true);
  }

  /** As {@link #getAll}, maybe as they were a moment ago, for half of the price: only for what decides nothing. */
  public Uni<List<Item>> getAllEventually(Collection<Key> keys) {
    return getAll(keys, false);
  }

  private Uni<List<Item>> getAll(Collection<Key> keys, boolean consistent) {
    var distinct = keys.stream().distinct().map(Key::attributes).toList();
    if (distinct.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return getAll(distinct, consistent, List.of(), CONFLICT_RETRIES, FIRST_PAUSE_MS);
  }

  /** @param retries how often DynamoDB may give back all the keys of a request, which is how it says that it is too busy */
  private Uni<List<Item>> getAll(
      List<Map<String, AttributeValue>> keys,
      boolean consistent,
      List<Item> before,
      int retries,
      long pauseMillis) {
    var asked = keys.subList(0, Math.min(MOST_KEYS, keys.size()));
    var request = BatchGetItemRequest.builder()
        .requestItems(Map.of(
            tableName(),
            KeysAndAttributes.builder().keys(asked).consistentRead(consistent).build()))
        .build();
    return send(() -> client.batchGetItem(request)).chain(response -> {
      var items = new ArrayList<>(before);
      response
          .responses()
          .getOrDefault(tableName(), List.of())
          .forEach(item -> items.add(new Item(item)));
      var unprocessed =
          response.hasUnprocessedKeys() && response.unprocessedKeys().containsKey(tableName())
              ? response.unprocessedKeys().get(tableName()).keys()
              : List.<Map<String, AttributeValue>>of();
      var left = new ArrayList<>(unprocessed);
      left.addAll(keys.subList(asked.size(), keys.size()));
      if (left.isEmpty()) {
        return Uni.createFrom().item(List.copyOf(items));
      }
      if (unprocessed.isEmpty()) {
        return getAll(left, consistent, items, CONFLICT_RETRIES, FIRST_PAUSE_MS);
      }
      if (retries == 0) {
        throw new IllegalStateException("DynamoDB is too busy: it gave back " + unprocessed.size()
            + " of " + asked.size() + " keys unread, once more");
      }
      return pause(pauseMillis)
          .chain(() -> getAll(left, consistent, items, retries - 1, nextPause(pauseMillis)));
    });
  }

  /** All items of a partition whose sort keys begin with {@code prefix}, in the order of their sort keys. */
  public Uni<List<Item>> query(String partition, String prefix) {
    return query(Query.of(partition, prefix));
  }

  /** One request for each megabyte, until {@code query.limit()} items or the end. */
  public Uni<List<Item>> query(Query query) {
    return page(query, Optional.empty(), List.of());
  }

  private Uni<List<Item>> page(
      Query query, Optional<Map<String, AttributeValue>> start, List<Item> before) {
    var request = QueryRequest.builder()
        .tableName(tableName())
        .consistentRead(query.consistent())
        .keyConditionExpression("pk = :pk AND sk BETWEEN :first AND :last")
        .expressionAttributeValues(Map.of(
            ":pk", Item.text(query.partition()),
            ":first", Item.text(query.first()),
            ":last", Item.text(query.last())))
        .scanIndexForward(!query.backward())
        .limit(query.limit() - before.size());
    start.ifPresent(request::exclusiveStartKey);
    return send(() -> client.query(request.build())).chain(response -> {
      var items = new ArrayList<>(before);
      response.items().forEach(item -> items.add(new Item(item)));
      return response.hasLastEvaluatedKey() && items.size() < query.limit()
          ? page(query, Optional.of(response.lastEvaluatedKey()), items)
          : Uni.createFrom().item(List.copyOf(items));
    });
  }

  /**
   * It is sent once, unless DynamoDB says that nothing was done: the SDK's own retries, which do not know whether the first
   * try was done, are off.
   *
   * @return the item as the update left it
   * @throws ConditionFailed with the item as it was, when the condition did not hold
   */
  public Uni<Item> updateOnce(Update update) {
    var request = UpdateItemRequest.builder()
        .tableName(tableName())
        .overrideConfiguration(ONCE)
        .key(update.key())
        .updateExpression(update.updateExpression())
        .conditionExpression(update.conditionExpression())
        .expressionAttributeNames(update.expressionAttributeNames())
        .expressionAttributeValues(update.expressionAttributeValues())
        .returnValues(ReturnValue.ALL_NEW)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .build();
    return ReadOnly.refuse(
        "update " + update.key(),
        () -> send(
                () -> client.updateItem(request),
                failure -> mayBeSentAgain(failure) || isThrottle(failure),
                CONFLICT_RETRIES,
                FIRST_PAUSE_MS)
            .map(response -> new Item(response.attributes())));
  }

  /** Writes an item that must not be there yet. */
  public Uni<Void> putNew(Item item) {
    return ReadOnly.refuse(
        "put an item",
        () -> send(() -> client.putItem(PutItemRequest.builder()
                .tableName(tableName())
                .item(item.attributes())
                .conditionExpression(Transaction.ABSENT)
                .build()))
            .replaceWithVoid());
  }

  /**
   * All or nothing. Sent again under the same token it is done at most once, so that a second try is safe when the first
   * one's outcome is unknown. In work that is {@link ReadOnly} DynamoDB judges its conditions and does nothing of it.
   */
  public Uni<Void> write(Transaction transaction) {
    return ReadOnly.choose(
        () -> judge(transaction),
        () -> transaction
            .loneUpdate()
            .map(update -> writeAlone(transaction, update))
            .orElseGet(() -> writeTogether(transaction)));
  }

  private Uni<Void> judge(Transaction wanted) {
    var transaction = wanted.neverDone();
    var request =
        TransactWriteItemsRequest.builder().transactItems(transaction.writes()).build();
    return send(
            () -> client.transactWriteItems(request),
            failure -> mayBeSentAgain(failure)
                || failure instanceof TransactionCanceledException cancelled
                    && Transaction.mayBeJudgedAgain(cancelled),
            CONFLICT_RETRIES,
            FIRST_PAUSE_MS)
        .<Void>map(done -> {
          throw new IllegalStateException("a transaction that is never to be done was done");
        })
        .onFailure(failure -> failure instanceof TransactionCanceledException cancelled
            && transaction.wouldBeDone(cancelled))
        .recoverWithNull()
        .onFailure(TransactionCanceledException.class)
        .transform(transaction::meaningOf);
  }

  /** Half the price of a transaction of one. It has no token: what is not known to be done, its own condition tells. */
  private Uni<Void> writeAlone(Transaction transaction, Update update) {
    return send(() -> client.updateItem(builder -> builder
            .tableName(tableName())
            .key(update.key())
            .updateExpression(update.updateExpression())
            .conditionExpression(update.conditionExpression())
            .expressionAttributeNames(
                update.hasExpressionAttributeNames() ? update.expressionAttributeNames() : null)
            .expressionAttributeValues(update.expressionAttributeValues())))
        .onFailure(ConditionFailed.class)
        .transform(failed -> transaction.loneMeaning())
        .replaceWithVoid();
  }

  private Uni<Void> writeTogether(Transaction transaction) {
    var request = TransactWriteItemsRequest.builder()
        .transactItems(transaction.writes())
        .clientRequestToken(transaction.token())
        .build();
    return send(() -> client.transactWriteItems(request))
        .onFailure(TransactionCanceledException.class)
        .transform(transaction::meaningOf)
        .replaceWithVoid();
  }

  private <R> Uni<R> send(Supplier<CompletionStage<R>> request) {
    return send(request, Store::mayBeSentAgain, CONFLICT_RETRIES, FIRST_PAUSE_MS);
  }

  private <R> Uni<R> send(
      Supplier<CompletionStage<R>> request,
      Predicate<Throwable> again,
      int retries,
      long pauseMillis) {
    return RequestCount.send(request).onFailure().recoverWithUni(failure -> {
      if (retries == 0 || !again.test(failure)) {
        return Uni.createFrom().failure(meaningOf(failure));
      }
      return pause(pauseMillis)
          .chain(() -> send(request, again, retries - 1, nextPause(pauseMillis)));
    });
  }

  private static Uni<Void> pause(long millis) {
    var jittered = ThreadLocalRandom.current().nextLong(millis / 2, millis + 1);
    return Uni.createFrom().voidItem().onItem().delayIt().by(Duration.ofMillis(jittered));
  }

  private static long nextPause(long millis) {
    return Math.min(millis * 2, LONGEST_PAUSE_MS);
  }

  private Throwable meaningOf(Throwable failure) {
    if (failure instanceof ResourceNotFoundException) {
      // AWS' own message does not name it.
      return new IllegalStateException("there is no table “" + tableName() + "” to use", failure);
    }
    if (failure instanceof ConditionalCheckFailedException check) {
      return new ConditionFailed(
          check.hasItem() ? Optional.of(new Item(check.item())) : Optional.empty());
    }
    return leavesOutcomeOpen(failure) ? new UnknownOutcome(failure) : failure;
  }

  /** DynamoDB said that nothing was done, and why it may be done later. A throttle outside of a transaction the SDK repeats. */
  private static boolean mayBeSentAgain(Throwable failure) {
    return failure instanceof TransactionConflictException
        || failure instanceof TransactionInProgressException
        || failure instanceof TransactionCanceledException cancelled
            && Transaction.mayBeSentAgain(cancelled);
  }

  private static boolean isThrottle(Throwable failure) {
    return failure instanceof DynamoDbException answer && answer.isThrottlingException();
  }

  /** No answer, or an answer that DynamoDB itself failed: the write may have been done. A 4xx says that it was not. */
  private static boolean leavesOutcomeOpen(Throwable failure) {
    return failure instanceof SdkClientException
        || failure instanceof DynamoDbException answer && answer.statusCode() >= 500;
  }
}
