package dev.latchkey.testing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.ssm.model.SsmRequest;

/** Notes every request to AWS, and fails those that a test chooses: what local parts cannot be made to show. */
public final class SdkProbe implements ExecutionInterceptor {
  private static final String PARTITION = "pk";

  private static final List<String> WITH_TOKENS = new CopyOnWriteArrayList<>();
  private static final Queue<SdkRequest> REQUESTS = new ConcurrentLinkedQueue<>();
  private static final AtomicReference<Function<SdkRequest, Optional<RuntimeException>>> BEFORE =
      new AtomicReference<>(request -> Optional.empty());
  private static final AtomicReference<Function<SdkRequest, Optional<RuntimeException>>> AFTER =
      new AtomicReference<>(request -> Optional.empty());

  private static final AtomicReference<UnaryOperator<SdkResponse>> ANSWER =
      new AtomicReference<>(UnaryOperator.identity());

  private static final AtomicReference<Charge> CHARGED = new AtomicReference<>(new Charge(0, 0));

  /** Of a request, the trip that it is a part of: 1 more than the last of those that were answered before it began. */
  private static final ExecutionAttribute<Integer> TRIP = new ExecutionAttribute<>("trip");

  private static final AtomicInteger ANSWERED = new AtomicInteger();

  /** The requests since then, by operation, in their order. */
  public static List<String> requests() {
    return REQUESTS.stream().map(SdkProbe::operation).toList();
  }

  /** The requests since then as they were sent. */
  public static List<SdkRequest> sent() {
    return List.copyOf(REQUESTS);
  }

  /** The operations of the requests since then that have this text anywhere. */
  public static List<String> sent(String text) {
    return REQUESTS.stream()
        .filter(request -> request.toString().contains(text))
        .map(SdkProbe::operation)
        .toList();
  }

  /** The operations of requests that had the value of a token, since {@link #forgetTokens}. */
  static List<String> withTokens() {
    return List.copyOf(WITH_TOKENS);
  }

  static void forgetTokens() {
    WITH_TOKENS.clear();
  }

  /** What IAM must allow for the requests since then; a transaction is what it consists of. */
  public static Set<String> actions() {
    return REQUESTS.stream().flatMap(SdkProbe::actions).collect(Collectors.toSet());
  }

  /** The partition keys of what was put or updated since then, such as {@code M#root#202601}. */
  public static Set<String> written() {
    return REQUESTS.stream()
        .flatMap(SdkProbe::written)
        .map(key -> key.get(PARTITION).s())
        .collect(Collectors.toSet());
  }

  /** The reads since then that need not see what was just written; such a read may decide nothing. */
  public static List<String> eventualReads() {
    return REQUESTS.stream()
        .filter(SdkProbe::isEventual)
        .map(SdkProbe::operation)
        .toList();
  }

  private static boolean isEventual(SdkRequest request) {
    if (request instanceof GetItemRequest get) {
      return !Boolean.TRUE.equals(get.consistentRead());
    }
    if (request instanceof QueryRequest query) {
      return !Boolean.TRUE.equals(query.consistentRead());
    }
    return request instanceof BatchGetItemRequest batch
        && batch.requestItems().values().stream()
            .anyMatch(keys -> !Boolean.TRUE.equals(keys.consistentRead()));
  }

  private static Stream<Map<String, AttributeValue>> written(SdkRequest request) {
    if (request instanceof TransactWriteItemsRequest transaction) {
      return transaction.transactItems().stream()
          .flatMap(item -> Stream.concat(
              Stream.ofNullable(item.put()).map(Put::item),
              Stream.ofNullable(item.update()).map(Update::key)));
    }
    if (request instanceof PutItemRequest put) {
      return Stream.of(put.item());
    }
    return request instanceof UpdateItemRequest update ? Stream.of(update.key()) : Stream.of();
  }

  private static Stream<String> actions(SdkRequest request) {
    if (request instanceof TransactWriteItemsRequest transaction) {
      return transaction.transactItems().stream().map(SdkProbe::action);
    }
    return Stream.of((request instanceof SsmRequest ? "ssm:" : "dynamodb:") + operation(request));
  }

  private static String action(TransactWriteItem item) {
    if (item.put() != null) {
      return "dynamodb:PutItem";
    }
    if (item.update() != null) {
      return "dynamodb:UpdateItem";
    }
    return item.delete() != null ? "dynamodb:DeleteItem" : "dynamodb:ConditionCheckItem";
  }

  private static String operation(SdkRequest request) {
    return request.getClass().getSimpleName().replace("Request", "");
  }

  public static void reset() {
    CHARGED.set(new Charge(0, 0));
    ANSWERED.set(0);
    REQUESTS.clear();
    BEFORE.set(request -> Optional.empty());
    AFTER.set(request -> Optional.empty());
    ANSWER.set(UnaryOperator.identity());
  }

  /** Puts other answers in the place of those that came. */
  public static void answer(UnaryOperator<SdkResponse> instead) {
    ANSWER.set(instead);
  }

  /** Fails requests before they are sent. */
  public static void failBefore(Function<SdkRequest, Optional<RuntimeException>> faults) {
    BEFORE.set(faults);
  }

  /** Fails requests after DynamoDB has carried them out: the reply is lost. */
  public static void failAfter(Function<SdkRequest, Optional<RuntimeException>> faults) {
    AFTER.set(faults);
  }

  /**
   * Loses the {@code number}th update of one item by itself: before it is sent, or the reply to it.
   *
   * @return how many are left until then; 0 or less when it was lost
   */
  public static AtomicInteger loseUpdate(boolean beforeIt, int number) {
    var left = new AtomicInteger(number);
    Function<SdkRequest, Optional<RuntimeException>> fault =
        request -> request instanceof UpdateItemRequest && left.decrementAndGet() == 0
            ? Optional.of(ApiCallTimeoutException.create(1))
            : Optional.empty();
    if (beforeIt) {
      failBefore(fault);
    } else {
      failAfter(fault);
    }
    return left;
  }

  /** What DynamoDB charged for the requests since then. */
  public static Charge charged() {
    return CHARGED.get();
  }

  /**
   * How many requests to DynamoDB were waited for one after the other since then. It is never less than the truth, and more
   * where the first of two requests was answered before the second one was on its way.
   */
  public static int trips() {
    return ANSWERED.get();
  }

  private static void answered(ExecutionAttributes attributes) {
    Optional.ofNullable(attributes.getAttribute(TRIP))
        .ifPresent(trip -> ANSWERED.accumulateAndGet(trip, Math::max));
  }

  /**
   * Write and read units, as on demand tables are charged for them. Of a transaction it is the least that it can be, two
   * units for each of its items: DynamoDB Local leaves out its checks and more.
   */
  public record Charge(double writes, double reads) {
    private Charge and(double units, boolean written) {
      return written ? new Charge(writes + units, reads) : new Charge(writes, reads + units);
    }
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    var request = context.request();
    var builder = request.toBuilder();
    return request.sdkFields().stream()
        .filter(field -> field.memberName().equals("ReturnConsumedCapacity"))
        .findFirst()
        .map(field -> {
          field.set(builder, "TOTAL");
          return builder.build();
        })
        .orElse(request);
  }

  private static void charge(SdkRequest request, SdkResponse response) {
    var written = !operation(request).matches("GetItem|BatchGetItem|Query");
    var consumed = response.getValueForField("ConsumedCapacity", Object.class).orElse(List.of());
    var all = consumed instanceof List<?> several ? several : List.of(consumed);
    all.forEach(one -> {
      var units = ((ConsumedCapacity) one).capacityUnits();
      CHARGED.updateAndGet(charge -> charge.and(
          request instanceof TransactWriteItemsRequest transaction
              ? 2 * Math.max(units, transaction.transactItems().size())
              : units,
          written));
    });
  }

  /** A write whose condition does not hold costs what it would have written, here never more than one unit. */
  @Override
  public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
    answered(attributes);
    if (context.exception() instanceof ConditionalCheckFailedException) {
      CHARGED.updateAndGet(charge -> charge.and(1, true));
    }
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    REQUESTS.add(context.request());
    if (context.request() instanceof DynamoDbRequest) {
      attributes.putAttribute(TRIP, ANSWERED.get() + 1);
    }
    if (LeakedTokens.isIn(context.request().toString())) {
      WITH_TOKENS.add(operation(context.request()));
    }
    BEFORE.get().apply(context.request()).ifPresent(failure -> {
      throw failure;
    });
  }

  @Override
  public SdkResponse modifyResponse(
      Context.ModifyResponse context, ExecutionAttributes attributes) {
    return ANSWER.get().apply(context.response());
  }

  @Override
  public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
    answered(attributes);
    charge(context.request(), context.response());
    AFTER.get().apply(context.request()).ifPresent(failure -> {
      throw failure;
    });
  }
}
