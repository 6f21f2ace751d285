package dev.latchkey.api;

import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Every function there is, by name. */
@Singleton
public class Functions {
  /**
   * What opens and ends sessions. It is not one of WHM's functions, as it is called without a credential; in all else, such
   * as its number, its Lambda and what that may do, it is declared like one.
   */
  public static final Declaration LOGIN = Declaration.of(
          "login", "Opens a session by a token or by a link, and ends one.")
      .numbered(72)
      .forAnyCaller()
      .changes()
      .needs(Permission.CHANGE_SESSIONS)
      .takes(
          LoginParameters.USER,
          LoginParameters.PASS,
          LoginParameters.SESSION,
          LoginParameters.LOGIN_ONLY,
          LoginParameters.GOTO_URI);

  /**
   * Messages of the MCP door that call no function, such as the list of tools. It has no Lambda of its own: the door is in
   * that of {@code batch}.
   */
  public static final Declaration MCP = Declaration.of(
          "mcp", "Messages of the MCP door that call no function.")
      .numbered(79)
      .forAnyCaller()
      .needsNothingMore();

  private final Map<String, WhmFunction> byName = new TreeMap<>();

  /** @throws IllegalStateException that lists every function whose declaration is not complete, all at once */
  @Inject
  public Functions(@All List<WhmFunction> all) {
    var problems = new ArrayList<String>();
    var byNumber = new HashMap<Integer, String>();
    for (var function : all) {
      var declaration = function.declaration();
      problems.addAll(declaration.problems());
      if (byName.put(declaration.name(), function) != null) {
        problems.add(declaration.name() + ": two functions have this name");
      }
      var other = byNumber.putIfAbsent(declaration.number(), declaration.name());
      if (other != null && !other.equals(declaration.name())) {
        problems.add(declaration.name() + ": " + other + " has its number " + declaration.number()
            + " already");
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalStateException(
          "Incomplete declarations:\n  " + String.join("\n  ", problems));
    }
  }

  /** A bean is made when it is first needed; an incomplete declaration must stop the start instead. */
  void start(@Observes StartupEvent event) {}

  public Optional<WhmFunction> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The function whose calls are counted by this number, the login and the MCP door among them; empty for what is none, or none any more. */
  public Optional<Declaration> numbered(int number) {
    return Stream.concat(declarations().stream(), Stream.of(LOGIN, MCP))
        .filter(function -> function.number() == number)
        .findFirst();
  }

  /** In the order of their names. */
  public List<WhmFunction> all() {
    return List.copyOf(byName.values());
  }

  /** In the order of their names. */
  public List<Declaration> declarations() {
    return byName.values().stream().map(WhmFunction::declaration).toList();
  }
}
