package dev.latchkey.testing;

import static dev.latchkey.testing.IamRequest.ATTRIBUTES;
import static dev.latchkey.testing.IamRequest.LEADING_KEYS;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationRequest;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;

/**
 * What IAM is asked for a request to AWS: of a transaction, each of its items by its own action.
 *
 * <p>"Using IAM policy conditions for fine-grained access control" in the Amazon DynamoDB Developer Guide has the keys: {@code
 * dynamodb:LeadingKeys} are the partition keys, and {@code dynamodb:Attributes} the top-level attributes that the request
 * names anywhere, its key and its conditions included. What an answer brings is not among them.
 */
public final class IamRequests {
  private static final Pattern NAME = Pattern.compile("(?<![:.\\w#])(#\\w+|[A-Za-z_]\\w*)");
  /** Of expressions, whatever their case. */
  private static final Set<String> WORDS = Set.of(
      "SET",
      "REMOVE",
      "ADD",
      "DELETE",
      "AND",
      "OR",
      "NOT",
      "IN",
      "BETWEEN",
      "ATTRIBUTE_EXISTS",
      "ATTRIBUTE_NOT_EXISTS",
      "ATTRIBUTE_TYPE",
      "BEGINS_WITH",
      "CONTAINS",
      "SIZE",
      "IF_NOT_EXISTS",
      "LIST_APPEND");

  private final Resources resources;

  public IamRequests(Resources resources) {
    this.resources = resources;
  }

  /** What was asked of AWS since {@link SdkProbe#reset} and the role does not allow. */
  public List<IamRequest> refused(IamPolicy role) {
    return SdkProbe.sent().stream()
        .flatMap(request -> Stream.of(of(request), together(request)).flatMap(List::stream))
        .filter(request -> !role.allows(request))
        .toList();
  }

  /**
   * What the requests of tests are for in the template's stack.
   *
   * @param table the ARN of the table
   * @param document the ARN of each command document, by its name here
   * @param node the ARN of any node
   * @param tag the value of its tag {@code Latchkey}
   */
  public record Resources(String table, Map<String, String> document, String node, String tag) {}

  public List<IamRequest> of(SdkRequest request) {
    if (request instanceof TransactWriteItemsRequest transaction) {
      return transaction.transactItems().stream().map(this::item).toList();
    }
    if (request instanceof GetItemRequest get) {
      return List.of(onTable("GetItem", List.of(get.key()), Map.of(), get.projectionExpression()));
    }
    if (request instanceof BatchGetItemRequest batch) {
      return batch.requestItems().values().stream()
          .map(keys -> onTable("BatchGetItem", keys.keys(), Map.of(), keys.projectionExpression()))
          .toList();
    }
    if (request instanceof QueryRequest query) {
      var partition = query.expressionAttributeValues().get(":pk");
      return List.of(onTable(
          "Query",
          List.of(Map.of("pk", partition)),
          query.expressionAttributeNames(),
          query.keyConditionExpression(),
          query.filterExpression(),
          query.projectionExpression()));
    }
    if (request instanceof PutItemRequest put) {
      return List.of(onTable(
          "PutItem",
          List.of(put.item()),
          put.expressionAttributeNames(),
          put.conditionExpression()));
    }
    if (request instanceof UpdateItemRequest update) {
      return List.of(onTable(
          "UpdateItem",
          List.of(update.key()),
          update.expressionAttributeNames(),
          update.updateExpression(),
          update.conditionExpression()));
    }
    if (request instanceof SendCommandRequest send) {
      return List.of(
          new IamRequest(
              "ssm:SendCommand", resources.document().get(send.documentName()), Map.of()),
          new IamRequest(
              "ssm:SendCommand",
              resources.node(),
              Map.of("ssm:resourceTag/Latchkey", List.of(resources.tag()))));
    }
    if (request instanceof GetCommandInvocationRequest) {
      return List.of(new IamRequest("ssm:GetCommandInvocation", "*", Map.of()));
    }
    throw new IllegalArgumentException("a request that is not known here: " + request);
  }

  /**
   * The same if all that an action of a transaction is about were judged at once: AWS does not say which it is.
   */
  public List<IamRequest> together(SdkRequest request) {
    return of(request).stream()
        .collect(Collectors.groupingBy(
            one -> List.of(one.action(), one.resource()), LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .map(same -> new IamRequest(same.get(0).action(), same.get(0).resource(), all(same)))
        .toList();
  }

  private static Map<String, List<String>> all(List<IamRequest> requests) {
    return requests.stream()
        .flatMap(request -> request.keys().entrySet().stream())
        .collect(Collectors.toMap(
            Map.Entry::getKey,
            Map.Entry::getValue,
            (one, other) ->
                Stream.concat(one.stream(), other.stream()).distinct().toList()));
  }

  private IamRequest item(TransactWriteItem item) {
    if (item.put() != null) {
      var put = item.put();
      return onTable(
          "PutItem",
          List.of(put.item()),
          put.expressionAttributeNames(),
          put.conditionExpression());
    }
    if (item.update() != null) {
      var update = item.update();
      return onTable(
          "UpdateItem",
          List.of(update.key()),
          update.expressionAttributeNames(),
          update.updateExpression(),
          update.conditionExpression());
    }
    if (item.delete() != null) {
      var delete = item.delete();
      return onTable(
          "DeleteItem",
          List.of(delete.key()),
          delete.expressionAttributeNames(),
          delete.conditionExpression());
    }
    var check = item.conditionCheck();
    return onTable(
        "ConditionCheckItem",
        List.of(check.key()),
        check.expressionAttributeNames(),
        check.conditionExpression());
  }

  private IamRequest onTable(
      String action,
      Collection<Map<String, AttributeValue>> items,
      Map<String, String> names,
      String... expressions) {
    var leading = items.stream().map(item -> item.get("pk").s()).distinct().toList();
    var attributes = new TreeSet<String>();
    items.forEach(item -> attributes.addAll(item.keySet()));
    Stream.of(expressions)
        .filter(expression -> expression != null)
        .forEach(expression -> attributes.addAll(named(expression, names)));
    return new IamRequest(
        "dynamodb:" + action,
        resources.table(),
        Map.of(LEADING_KEYS, leading, ATTRIBUTES, List.copyOf(attributes)));
  }

  /** The attributes that an expression names; of a path, the first. */
  static List<String> named(String expression, Map<String, String> names) {
    var found = new ArrayList<String>();
    NAME.matcher(expression)
        .results()
        .map(name -> name.group(1))
        .filter(name -> !WORDS.contains(name.toUpperCase(Locale.ROOT)))
        .forEach(name -> found.add(name.startsWith("#") ? names.get(name) : name));
    return found;
  }
}
