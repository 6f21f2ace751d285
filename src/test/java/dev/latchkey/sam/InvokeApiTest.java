package dev.latchkey.sam;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.local.LocalKey;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lambda's Invoke over a socket, with functions that are lambdas of Java's. */
class InvokeApiTest {
  private static final LocalKey KEY = LocalKey.random();
  private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:Latchkey-Live";

  private InvokeApi api;

  @AfterEach
  void close() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Live",
        "Latchkey-Live",
        "Latchkey-Live:live",
        "Latchkey-Live:$LATEST",
        "000000000000:function:Latchkey-Live",
        "arn:aws:lambda:us-east-1:000000000000:function:Latchkey-Live",
        "arn:aws:lambda:us-east-1:000000000000:function:Latchkey-Live:live"
      })
  void aFunctionIsKnownByEachOfItsNames(String name) throws Exception {
    start((function, event) -> (function + new String(event, UTF_8)).getBytes(UTF_8));
    var answer = invoke(name, "{\"a\":1}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("Live{\"a\":1}");
    assertThat(answer.headers().firstValue("X-Amz-Function-Error")).isEmpty();
    assertThat(answer.headers().firstValue("X-Amz-Executed-Version"))
        .hasValue(name.endsWith(":live") ? "1" : "$LATEST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Other",
        "latchkey-live",
        "Latchkey-Plain:live",
        "Latchkey-Live:2",
        "Latchkey-Live:live:live",
        "arn:aws:lambda:eu-west-1:000000000000:function:Latchkey-Live",
        "111111111111:function:Latchkey-Live"
      })
  void anotherIsNotFound(String name) throws Exception {
    start((function, event) -> event);
    var answer = invoke(name, "{}");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(type(answer)).isEqualTo("ResourceNotFoundException");
    assertThat(answer.body()).contains("Function not found: " + name);
  }

  @Test
  void theQualifierMayStandInTheQuery() throws Exception {
    start((function, event) -> event);
    assertThat(invoke("Live?Qualifier=live", "{}").statusCode()).isEqualTo(200);
    assertThat(invoke(ARN + ":live?Qualifier=live", "{}").statusCode()).isEqualTo(200);
    assertThat(invoke("Live?Qualifier=3", "{}").statusCode()).isEqualTo(404);
    var two = invoke(ARN + ":live?Qualifier=$LATEST", "{}");
    assertThat(two.statusCode()).isEqualTo(400);
    assertThat(type(two)).isEqualTo("InvalidParameterValueException");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ERROR|{\"errorMessage\":\"no\"}|{\"errorMessage\":\"no\"}",
        "TIMEOUT|Task timed out|{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"Task timed out\"}",
        "EXIT|exited with 1|{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"exited with 1\"}"
      })
  void aFunctionsFailureIsAnAnswerThatSaysSo(
      FunctionFailure.Kind kind, String message, String payload) throws Exception {
    start((function, event) -> {
      throw new FunctionFailure(kind, message);
    });
    var answer = invoke("Live", "{}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("X-Amz-Function-Error")).hasValue("Unhandled");
    assertThat(answer.body()).isEqualTo(payload);
  }

  @Test
  void whereAllAreBusyItIsThrottled() throws Exception {
    start((function, event) -> {
      throw new FunctionFailure(FunctionFailure.Kind.BUSY, "all are busy");
    });
    var answer = invoke("Live", "{}");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(type(answer)).isEqualTo("TooManyRequestsException");
  }

  @Test
  void anEventIsAcceptedBeforeItIsRun() throws Exception {
    var let = new CompletableFuture<Void>();
    var ran = new CompletableFuture<String>();
    start((function, event) -> {
      let.join();
      ran.complete(new String(event, UTF_8));
      return event;
    });
    assertThat(invoke("Live", "{\"a\":1}", "Event").statusCode()).isEqualTo(202);
    let.complete(null);
    assertThat(ran.get(20, TimeUnit.SECONDS)).isEqualTo("{\"a\":1}");
  }

  @Test
  void aDryRunRunsNothing() throws Exception {
    start((function, event) -> {
      throw new AssertionError();
    });
    assertThat(invoke("Live", "{}", "DryRun").statusCode()).isEqualTo(204);
    assertThat(invoke("Other", "{}", "DryRun").statusCode()).isEqualTo(404);
    assertThat(type(invoke("Live", "{}", "Later"))).isEqualTo("InvalidParameterValueException");
  }

  @Test
  void whatLambdaDoesNotTakeIsRefused() throws Exception {
    start((function, event) -> event);
    assertThat(invoke("Live", "").body()).isEqualTo("{}");
    assertThat(type(invoke("Live", "{"))).isEqualTo("InvalidRequestContentException");
    var large = "\"" + "x".repeat(1 << 20) + "\"";
    assertThat(invoke("Live", large).statusCode()).isEqualTo(200);
    assertThat(invoke("Live", large, "Event").statusCode()).isEqualTo(413);
    assertThat(type(invoke("Live", "\"" + "x".repeat(6 << 20) + "\"")))
        .isEqualTo("RequestTooLargeException");
  }

  @Test
  void withoutTheKeyOfThisRunNothingRuns() throws Exception {
    start((function, event) -> {
      throw new AssertionError();
    });
    for (var key : new String[] {"", "LOCAL0123456789ABCDEF"}) {
      var answer = invoke("Live", "{}", "RequestResponse", key);
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(type(answer)).isEqualTo("UnrecognizedClientException");
    }
  }

  private void start(Gateway.Invoker functions) throws Exception {
    api = InvokeApi.start(
        KEY, Map.of("Live", Optional.of("live"), "Plain", Optional.empty()), functions);
  }

  private static String type(HttpResponse<String> answer) {
    return answer.headers().firstValue("x-amzn-ErrorType").orElse("none");
  }

  private HttpResponse<String> invoke(String function, String event) throws Exception {
    return invoke(function, event, "RequestResponse");
  }

  private HttpResponse<String> invoke(String function, String event, String type) throws Exception {
    return invoke(function, event, type, KEY.value());
  }

  private HttpResponse<String> invoke(String function, String event, String type, String key)
      throws Exception {
    var parts = function.split("\\?", 2);
    var path = parts[0].replace(":", "%3A").replace("$", "%24") + "/invocations"
        + (parts.length > 1 ? "?" + parts[1].replace("$", "%24") : "");
    var request = HttpRequest.newBuilder(
            URI.create(api.endpoint() + "/2015-03-31/functions/" + path))
        .header("X-Amz-Invocation-Type", type)
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=" + key
                + "/20200312/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0")
        .POST(BodyPublishers.ofString(event));
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }
}
