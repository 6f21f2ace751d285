package dev.latchkey.generate;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import dev.latchkey.api.Declaration;
import dev.latchkey.api.DryRun;
import dev.latchkey.api.Field;
import dev.latchkey.api.FieldType;
import dev.latchkey.api.FieldType.ByName;
import dev.latchkey.api.FieldType.ListOf;
import dev.latchkey.api.FieldType.Simple;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.wire.Envelope;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** The page of all functions for people, {@code docs/functions.md}: parameters and answers, room by room. */
final class FunctionsPage {
  /** In the order of the page; a room that is not here comes after these, under its own name. */
  private static final Map<String, String> TITLES = titles(
      "token", "API tokens",
      "session", "Sessions",
      "ticket", "Tickets and vendors",
      "sshkey", "SSH keys",
      "fleet", "Servers",
      "report", "Reports",
      "system", "The API itself");

  private static final String FIELDS = head("field", "type", "meaning");

  private static final String INTRODUCTION = """
      # Functions

      Each function is at `/json-api/NAME` and `/xml-api/NAME`, by GET or POST, with `api.version=1`. An extension is a
      function that WHM does not have. [openapi.json](../infra/openapi.json) says the same for programs.

      A **text** is a string, a **number** a whole number, a **flag** is 1 or 0, and a **time** is seconds since 1970 (UTC).
      Of a parameter that takes several values, each is given as `NAME`, `NAME-1`, `NAME-2` and so on, or as `NAME` again.

      The tables of answers list the fields of `data`, and those of `metadata` that not every function has. `servers[].name`
      is the field `name` of each item of the list `servers`; `tokens.*.name` is the field `name` of each hash in the hash
      `tokens`, whose keys are names. An optional field is left out where there is nothing to say. XML has one element for
      each item of a list, so a list without items is left out.

      `api.filter`, `api.columns`, `api.sort` and `api.chunk` work on the list of an answer: its only one, else its only
      list of hashes that is not optional; `api.chunk` also on the hash of `api_token_list`, in the order of its names. Where
      a list comes in several pages (`next`), they work on one page alone, and neither `chunks` and `records` nor `filtered`
      is counted. While `api.filter.enable` or `api.sort.enable` is on, an `api.filter.…` or `api.sort.…` that is not read
      is refused. A refused call answers only metadata. All answers have these:

      """;

  private static final String DRY_RUN = """

      ## Dry run

      Every function that changes something takes `api.dry_run=1`: it says what would change, and changes nothing. It is
      admitted and counted as any call. It reads, decides and refuses as the call itself would at this moment: DynamoDB judges
      all conditions of the change, and each server is asked what its order would do there. `metadata.result` is 1 if nothing
      is known that would make the call fail, and `servers[].known` says of which servers that is known. A secret is not made.
      A chain of calls is not followed: the second dry run of a batch sees the table without the first one's change. On a
      function that changes nothing `api.dry_run` is refused. Instead of the function's own fields it answers:

      """;

  private static final String REPEATS = """

      ## Repeating a call

      Every function that changes something takes a key, as the header `Idempotency-Key` or as `api.idempotency_key`: within
      24 hours the same call with it is done once. A repeat is answered from what is there today, and `metadata.repeated` is
      the request id of the first call. Secrets are not shown again. [operate.md](operate.md#repeating-a-call) has the rules.
      """;

  private FunctionsPage() {}

  static String of(List<WhmFunction> functions) {
    var page = new StringBuilder(
        "<!-- " + Generated.by(FunctionsPage.class, "the declarations") + " -->\n" + INTRODUCTION);
    page.append(FIELDS).append(rows(Envelope.METADATA, "metadata."));
    page.append(DRY_RUN).append(FIELDS).append(rows(DryRun.FIELDS, ""));
    page.append(REPEATS);
    var byRoom = functions.stream().collect(groupingBy(WhmFunction::room));
    var rooms = new LinkedHashSet<>(TITLES.keySet());
    rooms.retainAll(byRoom.keySet());
    rooms.addAll(new TreeSet<>(byRoom.keySet()));
    for (var room : rooms) {
      page.append("\n## ").append(TITLES.getOrDefault(room, room)).append("\n");
      byRoom.get(room).forEach(function -> page.append(section(function.declaration())));
    }
    return page.toString();
  }

  private static String section(Declaration function) {
    return "\n### " + function.name() + "\n\n" + function.sentence() + "\n\n" + nature(function)
        + "\n" + parameters(function) + answer(function);
  }

  private static String nature(Declaration function) {
    return (function.isExtension() ? "An extension; " : "WHM's own; ")
        + function
            .privilege()
            .map(privilege -> "requires the privilege `" + privilege.acl() + "`")
            .orElse("requires no privilege")
        + (function.isChanging()
            ? "; changes something"
            : function.mayChange() ? "; changes what its commands change" : "")
        + (function.isTool() ? "; a [tool](mcp.md) of agents" : "")
        + "; billed as `" + function.priceClass().word() + "`.";
  }

  private static String parameters(Declaration function) {
    if (function.parameters().isEmpty()) {
      return "\nIt takes no parameters.\n";
    }
    return function.parameters().stream()
        .map(parameter -> row(
            "`" + parameter.name() + "`", type(parameter), need(parameter), parameter.sentence()))
        .collect(joining("", "\n" + head("parameter", "type", "required", "meaning"), ""));
  }

  private static String type(Parameter<?> parameter) {
    var name = word(parameter.type());
    return parameter.takesSeveral() ? name + "s" : name;
  }

  static String word(ParameterType<?> type) {
    return type == ParameterType.FLAG
        ? "flag"
        : type.schema().equals("integer") ? "number" : "text";
  }

  private static String need(Parameter<?> parameter) {
    return parameter.isRequired()
        ? "yes"
        : parameter
            .byDefault()
            .filter(value -> !value.isEmpty())
            .map(value -> value + " by default")
            .orElse("no");
  }

  private static final String OF_MANY = """
      Of several servers (`api.server=web01,web02` or `api.server=*`) it answers `servers`, a list of `server`, `result`, `reason` and
      `data`, which are those of a call for it alone, and `next`, the `api.cursor` of the next call where there are more. Filters, sort
      keys and columns are of these rows then. `metadata.result`
      is 1 if it is for each of them, and `metadata.server` is left out.
      """;

  private static String answer(Declaration function) {
    var rows = rows(function.metadata(), "metadata.") + rows(function.fields(), "");
    var table = rows.isEmpty() ? "" : "\n" + FIELDS + rows;
    if (function.fields().isEmpty()) {
      return table + "\nIt answers no data.\n";
    }
    return table
        + (function.isForManyServers() ? "\n" + OF_MANY : "")
        + (function.mayAnswerNothing() ? "\nThe data are left out if nothing is found.\n" : "");
  }

  private static String rows(List<Field> fields, String path) {
    var rows = new StringBuilder();
    for (var field : fields) {
      var at = path + field.name();
      rows.append(row("`" + at + "`", type(field), field.sentence()));
      rows.append(rows(field.type().fields(), at + items(field.type()) + "."));
    }
    return rows.toString();
  }

  private static String items(FieldType type) {
    if (type instanceof ListOf list) {
      return "[]" + items(list.each());
    }
    return type instanceof ByName byName ? ".*" + items(byName.each()) : "";
  }

  private static String type(Field field) {
    return name(field.type())
        + (field.mayBeNull() ? " or null" : "")
        + (field.mayBeAbsent() ? ", optional" : "");
  }

  private static String name(FieldType type) {
    if (type instanceof ListOf list) {
      return "list of " + names(list.each());
    } else if (type instanceof ByName byName) {
      return names(byName.each()) + " by name";
    }
    return type instanceof Simple simple && simple != Simple.ANY_HASH
        ? simple.name().toLowerCase(Locale.ROOT)
        : "hash";
  }

  private static String names(FieldType type) {
    var name = type instanceof ByName ? "hash" : name(type);
    return name.equals("hash") ? "hashes" : name + "s";
  }

  private static String head(String... names) {
    return row(names) + row(names).replaceAll("[^| \n]+", "---");
  }

  private static String row(String... cells) {
    return List.of(cells).stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(joining(" | ", "| ", " |\n"));
  }

  private static Map<String, String> titles(String... pairs) {
    var titles = new LinkedHashMap<String, String>();
    for (var i = 0; i < pairs.length; i += 2) {
      titles.put(pairs[i], pairs[i + 1]);
    }
    return titles;
  }
}
