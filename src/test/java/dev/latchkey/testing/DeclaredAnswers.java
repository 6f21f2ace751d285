package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.DryRun;
import dev.latchkey.api.Field;
import dev.latchkey.api.FieldType;
import dev.latchkey.api.FieldType.ByName;
import dev.latchkey.api.FieldType.HashOf;
import dev.latchkey.api.FieldType.ListOf;
import dev.latchkey.api.FieldType.Simple;
import dev.latchkey.api.Functions;
import dev.latchkey.api.ManyServers;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.text.TokenText;
import dev.latchkey.wire.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Holds answers, as JSON, against what their functions declare. A refusal has only metadata, which are the same for all
 * functions, so it is not looked at.
 *
 * @param golden {@code …} stands for a value, for the items of a list, or for the fields of a hash
 * @param columns the call chose the fields of its records, so others may be absent
 */
public record DeclaredAnswers(
    Function<String, Optional<Declaration>> functions, boolean golden, boolean columns) {

  public static DeclaredAnswers live(Functions functions, boolean columns) {
    return new DeclaredAnswers(
        name -> functions.find(name).map(WhmFunction::declaration), false, columns);
  }

  public static DeclaredAnswers golden(Functions functions) {
    return new DeclaredAnswers(
        name -> functions.find(name).map(WhmFunction::declaration), true, false);
  }

  /** What is not as declared, a sentence each. */
  public List<String> problems(JsonNode answer) {
    var metadata = answer.path("metadata");
    var isRefusal = metadata.path("result").asInt() != 1 && !answer.has("data");
    if (!metadata.isObject() || isRefusal) {
      return List.of();
    }
    var name = metadata.path("command").asText();
    return functions
        .apply(name)
        .map(function -> problems(function, answer))
        .orElseGet(() -> List.of(name + " answers, and there is no declaration of it"));
  }

  private List<String> problems(Declaration function, JsonNode answer) {
    var found = new Findings(function.name(), new ArrayList<>());
    if (answer.path("data").has("dry_run")) {
      check("metadata", new HashOf(Envelope.METADATA), answer.path("metadata"), false, found);
      check("data", new HashOf(DryRun.FIELDS), answer.path("data"), false, found);
      return found.sentences();
    }
    var ofMany = function.isForManyServers() && answer.path("data").has(ManyServers.SERVERS);
    var metadata =
        new HashOf(ofMany ? Envelope.METADATA : Field.all(Envelope.METADATA, function.metadata()));
    check("metadata", metadata, answer.path("metadata"), false, found);
    if (answer.has("data")) {
      var fields = ofMany ? function.fieldsOfMany() : function.fields();
      check("data", new HashOf(fields), answer.path("data"), false, found);
    } else if (!function.mayAnswerNothing()) {
      found.add("data", "is declared and absent");
    }
    if (function.name().equals("batch")) {
      answer.at("/data/result").forEach(each -> found.sentences().addAll(problems(each)));
    }
    return found.sentences();
  }

  private record Findings(String function, List<String> sentences) {
    void add(String path, String what) {
      sentences.add(function + " answers " + path + ", which " + what);
    }
  }

  private void check(String path, FieldType type, JsonNode value, boolean inList, Findings found) {
    if (golden && isLeftOut(value)) {
      return;
    }
    if (type instanceof HashOf hash) {
      if (value.isObject()) {
        hash(path, hash, value, inList, found);
      } else {
        found.add(path, "is declared as a hash and is " + value);
      }
    } else if (type instanceof ByName byName) {
      if (value.isObject() && value.size() > byName.most()) {
        found.add(path, "is declared with at most " + byName.most() + " and has " + value.size());
      } else if (value.isObject()) {
        value
            .properties()
            .forEach(entry ->
                check(path + "." + entry.getKey(), byName.each(), entry.getValue(), false, found));
      } else {
        found.add(path, "is declared as a hash by name and is " + value);
      }
    } else if (type instanceof ListOf list) {
      if (value.isArray() && value.size() > list.most()) {
        found.add(path, "is declared with at most " + list.most() + " and has " + value.size());
      } else if (value.isArray()) {
        value.forEach(each -> check(path + "[]", list.each(), each, true, found));
      } else {
        found.add(path, "is declared as a list and is " + value);
      }
    } else if (type instanceof Simple simple && !is(simple, value)) {
      found.add(path, "is declared as " + simple + " and is " + value);
    }
  }

  private void hash(String path, HashOf hash, JsonNode value, boolean inList, Findings found) {
    for (var field : hash.fields()) {
      var at = path + "." + field.name();
      var each = value.get(field.name());
      if (each == null) {
        if (!field.mayBeAbsent() && !(columns && inList)) {
          found.add(at, "is declared and absent");
        }
      } else if (!each.isNull()) {
        check(at, field.type(), each, false, found);
        if (!field.isSecret() && showsToken(each)) {
          found.add(at, "shows a token and is not declared as a secret");
        }
      } else if (!field.mayBeNull()) {
        found.add(at, "is null and not declared so");
      }
    }
    value.fieldNames().forEachRemaining(name -> {
      if (hash.fields().stream().noneMatch(field -> field.name().equals(name))) {
        found.add(path + "." + name, "is not declared");
      }
    });
  }

  private static boolean showsToken(JsonNode value) {
    return value.isTextual() && TokenText.isToken(value.asText());
  }

  private static boolean isLeftOut(JsonNode value) {
    return value.has(Golden.LEFT_OUT)
        || value.asText().equals(Golden.LEFT_OUT)
        || value.path(0).asText().equals(Golden.LEFT_OUT);
  }

  private static boolean is(Simple type, JsonNode value) {
    return switch (type) {
      case TEXT -> value.isTextual();
      case NUMBER -> value.isIntegralNumber();
      case FLAG -> value.isIntegralNumber() && (value.asLong() == 0 || value.asLong() == 1);
      case TIME -> value.isIntegralNumber() && value.asLong() >= 0;
      case ANY_HASH -> value.isObject();
    };
  }
}
