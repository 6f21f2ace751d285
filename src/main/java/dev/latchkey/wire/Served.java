package dev.latchkey.wire;

import dev.latchkey.api.Functions;
import dev.latchkey.settings.Settings;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Which functions are answered here. A server answers all; a Lambda only those that its environment names, and none where
 * it names none, because its role is made for them alone.
 */
@Singleton
public class Served {
  /** What is named where there is the console alone. */
  private static final String CONSOLE = "console";

  private static final List<String> OTHERS = List.of(Functions.LOGIN.name(), CONSOLE);

  private final Functions functions;
  private final Optional<List<String>> named;
  private final boolean showsConsole;
  private final boolean inLambda;

  @Inject
  Served(
      Functions functions,
      Settings settings,
      @ConfigProperty(name = "aws.lambda.function.name") Optional<String> lambda) {
    this(functions, settings.functions(), settings.console(), lambda);
  }

  Served(
      Functions functions,
      Optional<List<String>> named,
      Optional<Boolean> console,
      Optional<String> lambda) {
    this.functions = functions;
    this.named = named;
    this.inLambda = lambda.isPresent();
    this.showsConsole = console.orElse(!inLambda);
  }

  /** A name that no function has would silently serve nothing. */
  void start(@Observes StartupEvent event) {
    named.orElse(List.of()).stream()
        .filter(name -> functions.find(name).isEmpty() && !OTHERS.contains(name))
        .findFirst()
        .ifPresent(name -> {
          throw new IllegalStateException(
              "latchkey.functions names “" + name + "”, which is not a function");
        });
  }

  boolean includes(String function) {
    return functions.find(function).isPresent() && isNamed(function);
  }

  /** Whether sessions are opened and ended here. */
  boolean includesLogin() {
    return isNamed(Functions.LOGIN.name());
  }

  /** Whether the console's files are served here. */
  boolean includesConsole() {
    return showsConsole && isNamed(CONSOLE);
  }

  /** Whether there is a console, here or in another function of this API, to which a login leads. */
  boolean showsConsole() {
    return showsConsole;
  }

  private boolean isNamed(String name) {
    return named.map(names -> names.contains(name)).orElse(!inLambda);
  }
}
