package dev.latchkey.cli;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code --verbose} may show of a call and its answer. */
final class Redacted {
  static final String HIDDEN = "(hidden)";

  /** Secret under these names in every answer, also of functions that this command does not know. */
  private static final Set<String> ALWAYS = Set.of(
      "token",
      "secure_id",
      "key",
      "sshkey",
      "pass",
      "passwd",
      "password",
      "passphrase",
      "session",
      "cp_security_token",
      "url",
      "secret",
      "authorization");

  private final Set<String> declared;
  private final String token;

  Redacted(FunctionList functions, Login login) {
    declared = functions.secrets();
    token = login.token();
  }

  /** The arguments of a call; of a function whose secrets nobody knows here, their names alone. */
  String arguments(List<Written> arguments, boolean isKnown) {
    return arguments.stream()
        .map(argument -> argument.name()
            + (argument.json() ? ":=" : "=")
            + (isKnown && !isSecret(argument.name()) || argument.name().equals("api.version")
                ? value(argument)
                : HIDDEN))
        .map(this::withoutToken)
        .map(Visible::line)
        .collect(Collectors.joining("\n> "));
  }

  private String value(Written argument) {
    if (!BatchCommand.isNamed(argument.name())) {
      return argument.value();
    }
    return argument.json()
        ? NodeReader.read(argument.value().getBytes(StandardCharsets.UTF_8))
            .map(node -> JsonText.compact(commands(node)))
            .orElse(HIDDEN)
        : BatchCommand.of(argument.value()).shown(this::isSecret);
  }

  private Node commands(Node node) {
    if (node instanceof Node.Items list) {
      return new Node.Items(list.items().stream().map(this::commands).toList());
    }
    return new Node.Text(node.scalar()
        .map(command -> BatchCommand.of(command).shown(this::isSecret))
        .orElse(HIDDEN));
  }

  /** The body of an answer, as JSON; what cannot be read is only counted. */
  String body(byte[] body) {
    return NodeReader.read(body)
        .map(node -> withoutToken(JsonText.compact(without(node))))
        .orElseGet(() -> "(" + body.length + " bytes that are not JSON)");
  }

  String field(String name, String value) {
    return name.equalsIgnoreCase("Authorization")
            || name.equalsIgnoreCase("Set-Cookie")
            || name.equalsIgnoreCase("Location")
            || name.equalsIgnoreCase("Idempotency-Key")
        ? HIDDEN
        : Visible.line(withoutToken(value));
  }

  private Node without(Node node) {
    if (node instanceof Node.Members hash) {
      var members = new LinkedHashMap<String, Node>();
      hash.members()
          .forEach((name, value) -> members.put(
              name,
              isSecret(name) && !(value instanceof Node.Members)
                  ? new Node.Text(HIDDEN)
                  : without(value)));
      return new Node.Members(members);
    }
    return node instanceof Node.Items list
        ? new Node.Items(list.items().stream().map(this::without).toList())
        : node;
  }

  private boolean isSecret(String name) {
    var plain = name.toLowerCase(Locale.ROOT).replaceFirst("(?:-[0-9]+|\\[[0-9]*])$", "");
    return ALWAYS.contains(plain) || declared.contains(plain);
  }

  /** Wherever a server or a user has put it. */
  private String withoutToken(String text) {
    return text.replace(token, HIDDEN);
  }
}
