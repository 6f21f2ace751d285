package dev.latchkey.server;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Call;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.settings.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;

/**
 * Which server a call means: the one that {@code api.server} names, or the first label of the host name that it calls
 * where that is under the configured domain, or the only one that the caller may use.
 */
@Singleton
public class ServerChoice {
  private final ServerTable servers;
  private final Optional<String> domain;

  @Inject
  ServerChoice(ServerTable servers, Settings settings) {
    this.servers = servers;
    this.domain = settings.serversDomain().map(name -> "." + name.toLowerCase(Locale.ROOT));
  }

  /** @throws WhmFailure when it is none, unknown, another's, or two are named */
  public Uni<ServerState> choose(Call call) {
    var parameter = ServerParameters.SERVER.from(call);
    var label = call.host().flatMap(this::label);
    if (parameter.isPresent() && label.isPresent() && !parameter.equals(label)) {
      throw ServerParameters.SERVER.refused("says “" + parameter.get()
          + "”, and the host name says “" + label.get() + "”; name one server.");
    }
    return parameter.or(() -> label).map(name -> named(call, name)).orElseGet(() -> only(call));
  }

  /** @throws WhmFailure when there is none of that name that the caller may use */
  public Uni<ServerState> named(Call call, ServerName name) {
    return servers
        .find(name)
        .map(found -> found
            .filter(state -> call.caller().reaches(state.server().owner()))
            .orElseThrow(
                () -> ServerParameters.SERVER.refused("you have no server named “" + name + "”.")));
  }

  /**
   * The server of the whole fleet that {@code by} names.
   *
   * @throws WhmFailure when there is none
   */
  public Uni<ServerState> registered(Call call, Parameter<ServerName> by) {
    var name = by.from(call);
    return servers
        .find(name)
        .map(found ->
            found.orElseThrow(() -> by.refused("there is no server named “" + name + "”.")));
  }

  private Uni<ServerState> only(Call call) {
    var owner = call.caller().holds(Privilege.ALL)
        ? Optional.<String>empty()
        : Optional.of(call.caller().user().name());
    return servers.names(owner, 2).chain(names -> {
      if (names.isEmpty()) {
        throw WhmFailure.refused(
            "You have no server; fleet_server_add registers one (it requires “all”).");
      }
      if (names.size() > 1) {
        throw ServerParameters.SERVER.refused(
            "is missing; you have several servers, so name one, such as “" + names.get(0) + "”.");
      }
      return named(call, names.get(0));
    });
  }

  /** A name under the domain that no server can have is refused too: it never falls through to another. */
  private Optional<ServerName> label(String host) {
    var name = host.toLowerCase(Locale.ROOT);
    return domain.filter(name::endsWith).map(suffix -> {
      try {
        return ServerName.parse(name.substring(0, name.length() - suffix.length()));
      } catch (IllegalArgumentException e) {
        throw WhmFailure.refused("The host name names no server: " + e.getMessage());
      }
    });
  }
}
