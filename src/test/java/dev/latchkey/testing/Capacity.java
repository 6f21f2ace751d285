package dev.latchkey.testing;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** What requests to DynamoDB are charged with, as DynamoDB itself says it. */
public final class Capacity implements ExecutionInterceptor {
  private static final AtomicInteger REQUESTS = new AtomicInteger();
  private static final DoubleAdder READ = new DoubleAdder();
  private static final DoubleAdder WRITTEN = new DoubleAdder();
  private static volatile boolean measuring;

  /**
   * What something made.
   *
   * @param read in read units
   * @param written in write units
   */
  public record Charge(int requests, double read, double written) {}

  public static Charge of(Runnable calls) {
    REQUESTS.set(0);
    READ.reset();
    WRITTEN.reset();
    measuring = true;
    try {
      calls.run();
    } finally {
      measuring = false;
    }
    return new Charge(REQUESTS.get(), READ.sum(), WRITTEN.sum());
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    var request = context.request();
    if (!measuring) {
      return request;
    }
    var total = ReturnConsumedCapacity.TOTAL;
    if (request instanceof GetItemRequest get) {
      return get.toBuilder().returnConsumedCapacity(total).build();
    } else if (request instanceof QueryRequest query) {
      return query.toBuilder().returnConsumedCapacity(total).build();
    } else if (request instanceof BatchGetItemRequest batch) {
      return batch.toBuilder().returnConsumedCapacity(total).build();
    } else if (request instanceof PutItemRequest put) {
      return put.toBuilder().returnConsumedCapacity(total).build();
    } else if (request instanceof UpdateItemRequest update) {
      return update.toBuilder().returnConsumedCapacity(total).build();
    } else if (request instanceof TransactWriteItemsRequest transaction) {
      return transaction.toBuilder().returnConsumedCapacity(total).build();
    }
    return request;
  }

  @Override
  public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
    if (!measuring) {
      return;
    }
    var read = read(context.response());
    var written = written(context.response());
    if (!read.isEmpty() || !written.isEmpty()) {
      REQUESTS.incrementAndGet();
      read.forEach(units -> READ.add(units.capacityUnits()));
      written.forEach(units -> WRITTEN.add(units.capacityUnits()));
    }
  }

  private static List<ConsumedCapacity> read(SdkResponse response) {
    if (response instanceof GetItemResponse get) {
      return List.of(get.consumedCapacity());
    } else if (response instanceof QueryResponse query) {
      return List.of(query.consumedCapacity());
    }
    return response instanceof BatchGetItemResponse batch ? batch.consumedCapacity() : List.of();
  }

  private static List<ConsumedCapacity> written(SdkResponse response) {
    if (response instanceof PutItemResponse put) {
      return List.of(put.consumedCapacity());
    } else if (response instanceof UpdateItemResponse update) {
      return List.of(update.consumedCapacity());
    }
    return response instanceof TransactWriteItemsResponse transaction
        ? transaction.consumedCapacity()
        : List.of();
  }
}
