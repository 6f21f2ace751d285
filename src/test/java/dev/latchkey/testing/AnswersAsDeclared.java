package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.api.Functions;
import dev.latchkey.sam.PackageUnderTest;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;

/** Fails the test whose call is answered otherwise than its function declares; every call of the tests comes past it. */
final class AnswersAsDeclared implements Filter {
  private final Functions functions;
  private final String test;

  AnswersAsDeclared(Functions functions, String test) {
    this.functions = functions;
    this.test = test;
  }

  @Override
  public Response filter(
      FilterableRequestSpecification request,
      FilterableResponseSpecification expected,
      FilterContext context) {
    var response = context.next(request, expected);
    var body = response.asString();
    if (body.startsWith("{\"metadata\"")) {
      var answer = WhmClient.parse(body);
      check(answer, hasColumns(request));
      noteHappyPath(answer);
    }
    return response;
  }

  private void check(JsonNode answer, boolean columns) {
    var problems = DeclaredAnswers.live(functions, columns).problems(answer);
    if (!problems.isEmpty()) {
      throw new AssertionError(
          "In " + test + ", not as declared:\n  " + String.join("\n  ", problems));
    }
  }

  private static void noteHappyPath(JsonNode answer) {
    if (answer.at("/metadata/result").asInt() == 1 && !answer.path("data").has("dry_run")) {
      PackageUnderTest.answered(answer.at("/metadata/command").asText());
    }
  }

  private static boolean hasColumns(FilterableRequestSpecification request) {
    return (request.getURI() + request.getBody()).contains("api.columns");
  }
}
