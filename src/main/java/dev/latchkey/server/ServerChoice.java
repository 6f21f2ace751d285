package dev.latchkey.server;

import static java.util.stream.Collectors.joining;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Call;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.repeat.Stamping;
import dev.latchkey.settings.Settings;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
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

  /** Whether the call is for several servers, as far as its function takes them. */
  public static boolean isOfMany(Call call) {
    if (!call.function().isForManyServers()) {
      return false;
    }
    var asked = ServerParameters.SERVERS.from(call);
    if (ServerParameters.CURSOR.from(call).isPresent()
        && asked.filter(AskedServers::isAll).isEmpty()) {
      throw ServerParameters.CURSOR.refused("is for api.server=* alone; leave it out.");
    }
    return asked.filter(AskedServers::areMany).isPresent();
  }

  /**
   * Several servers.
   *
   * @param next the cursor of those that follow; empty after the last
   */
  public record Many(List<ServerState> states, Optional<String> next) {}

  /**
   * The servers of a call that {@link #isOfMany}.
   *
   * @throws WhmFailure when one is unknown or another's: then it is about none of them
   */
  public Uni<Many> chooseMany(Call call) {
    var asked = ServerParameters.SERVERS.from(call).orElseThrow();
    call.host().flatMap(this::label).ifPresent(label -> {
      throw ServerParameters.SERVERS.refused(
          "names several servers, and the host name says “" + label + "”; name one.");
    });
    return asked.isAll() ? all(call) : all(call, asked.names());
  }

  private Uni<Many> all(Call call, List<ServerName> names) {
    return find(call, names).map(found -> {
      var unknown = new ArrayList<>(names);
      found.forEach(state -> unknown.remove(state.server().name()));
      if (!unknown.isEmpty()) {
        throw ServerParameters.SERVERS.refused("you have no server named “"
            + unknown.stream().map(ServerName::value).collect(joining("”, “"))
            + "”; nothing was done on any.");
      }
      return new Many(found, Optional.empty());
    });
  }

  /** One that is removed while they are read is none any more. */
  private Uni<Many> all(Call call) {
    var cursor = ServerParameters.CURSOR.from(call);
    if (owner(call)
        .filter(own -> !cursor.orElse(own + "#").startsWith(own + "#"))
        .isPresent()) {
      throw ServerParameters.CURSOR.refused(
          "is not a cursor that you were given; use “next” from the previous answer.");
    }
    return servers
        .page(owner(call), cursor, AskedServers.MOST)
        .chain(page -> find(call, page.names()).map(found -> {
          if (found.isEmpty() && cursor.isEmpty()) {
            throw none();
          }
          return new Many(found, page.next());
        }));
  }

  private Uni<List<ServerState>> find(Call call, List<ServerName> names) {
    return Unis.fewAtATime(names, servers::find)
        .map(found -> found.stream()
            .flatMap(Optional::stream)
            .filter(state -> call.caller().reaches(state.server().owner()))
            .toList());
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

  /** The only one; for a repeat the one that was the only one when the call was first made. */
  private Uni<ServerState> only(Call call) {
    return call.first()
        .flatMap(Stamp::server)
        .map(name -> named(call, ServerName.parse(name)))
        .orElseGet(() -> onlyNow(call));
  }

  private Uni<ServerState> onlyNow(Call call) {
    return servers.names(owner(call), 2).chain(names -> {
      if (names.isEmpty()) {
        throw none();
      }
      if (names.size() > 1) {
        throw ServerParameters.SERVER.refused(
            "is missing; you have several servers, so name one, such as “" + names.get(0) + "”.");
      }
      return named(call, names.get(0)).call(() -> Stamping.chose(names.get(0).value()));
    });
  }

  /** Whose servers the caller may use; empty for everybody's. */
  private static Optional<String> owner(Call call) {
    return call.caller().holds(Privilege.ALL)
        ? Optional.empty()
        : Optional.of(call.caller().user().name());
  }

  private static WhmFailure none() {
    return WhmFailure.refused(
        "You have no server; fleet_server_add registers one (it requires “all”).");
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
