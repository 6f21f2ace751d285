package dev.latchkey.usage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.TokenValue;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.WhmClient;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Makes, rotates and revokes tokens and calls by them; it knows of those whose answers arrived. */
final class SimulatedCustomer {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final int A_DAY = 86_400;
  private static final int MOST_COMMANDS = 20;

  private final Account main;
  private final List<Known> tokens = new ArrayList<>();

  private record Known(String name, TokenValue value) {}

  /** @param main with all privileges */
  SimulatedCustomer(Account main) {
    this.main = main;
  }

  String user() {
    return main.user();
  }

  /**
   * Sends one request.
   *
   * @param name told apart from those of all other requests
   * @return how many calls it is: a batch is as many as it has commands
   */
  int call(Random random, String name) {
    switch (random.nextInt(13)) {
      case 0 -> create(name);
      case 1 -> some(random, true).ifPresent(this::revoke);
      case 2 -> some(random, true).ifPresent(token -> rotate(token, random));
      case 3 -> get(random, "nothing_of_this_name?api.version=1");
      case 4 -> get(random, "api_token_list?api.version=1");
      case 5 -> {
        get(random, "batch?api.version=1&command=api_token_list&command=nothing");
        return 2;
      }
      case 6, 7 -> {
        var commands = 2 + random.nextInt(MOST_COMMANDS - 1);
        get(random, "batch?api.version=1" + "&command=version".repeat(commands));
        return commands;
      }
      default -> get(random, "version?api.version=1");
    }
    return 1;
  }

  private void create(String name) {
    learn("t" + name, get(main, "api_token_create?api.version=1&token_name=t" + name));
  }

  private void revoke(Known token) {
    get(main, "api_token_revoke?api.version=1&token_name=" + token.name());
  }

  /** The old value is revoked at once, or lives for an hour or for two days, and then may be used and be revoked as well. */
  private void rotate(Known token, Random random) {
    var grace = List.of(0, 3_600, 2 * A_DAY).get(random.nextInt(3));
    var answer =
        get(main, "api_token_rotate?api.version=1&token_name=" + token.name() + "&grace=" + grace);
    learn(token.name(), answer);
    var old = answer.at("/data/rotated_name").asText("");
    if (!old.isEmpty()) {
      learn(new Known(old, token.value()));
    }
  }

  private void learn(String name, JsonNode answer) {
    TokenValue.parse(answer.at("/data/token").asText())
        .ifPresent(value -> learn(new Known(name, value)));
  }

  private void learn(Known token) {
    synchronized (tokens) {
      tokens.add(token);
    }
  }

  private Optional<Known> some(Random random, boolean taken) {
    synchronized (tokens) {
      if (tokens.isEmpty()) {
        return Optional.empty();
      }
      var i = random.nextInt(tokens.size());
      return Optional.of(taken ? tokens.remove(i) : tokens.get(i));
    }
  }

  private void get(Random random, String path) {
    var by = random.nextInt(3) == 0 ? Optional.<Known>empty() : some(random, false);
    get(by.map(token -> main.with(token.value())).orElse(main), path);
  }

  private static JsonNode get(Account by, String path) {
    try {
      return WhmClient.parse(HTTP.send(
              HttpRequest.newBuilder(
                      URI.create("http://localhost:" + RestAssured.port + "/json-api/" + path))
                  .header("Authorization", by.authorization())
                  .build(),
              BodyHandlers.ofString())
          .body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
