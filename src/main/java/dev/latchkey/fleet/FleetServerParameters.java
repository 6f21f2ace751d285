package dev.latchkey.fleet;

import dev.latchkey.access.Profile;
import dev.latchkey.access.User;
import dev.latchkey.access.UserTable.Known;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.server.Grant;
import dev.latchkey.server.KeyFiles;
import dev.latchkey.server.NodeId;
import dev.latchkey.server.RevokedKeys;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.text.Quoted;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Parameters of the fleet's functions. */
final class FleetServerParameters {
  static final ParameterType<NodeId> NODE_ID = ParameterType.text(NodeId::parse);

  static final Parameter<Optional<String>> OWNER = Parameter.optional(
      "owner",
      ParameterType.text(FleetServerParameters::user),
      "The user whose server it is; you by default.");

  static final Parameter<Optional<String>> NEW_OWNER = Parameter.optional(
      OWNER.name(),
      ParameterType.text(FleetServerParameters::user),
      "The user whose server it becomes; by default it stays whose it is.");

  static final Parameter<ServerName> EXISTING = Parameter.required(
      "name", ServerParameters.NAME, "The server's name, as fleet_server_list shows it.");

  static final ParameterType<KeyFiles> KEY_FILES = ParameterType.text(KeyFiles::parse);

  static final ParameterType<RevokedKeys> REVOKED_KEYS = ParameterType.text(RevokedKeys::parse);

  private FleetServerParameters() {}

  /** @throws WhmFailure when there is no such user, or it is being removed */
  static Profile lasting(Known known, String owner) {
    return known
        .profile()
        .filter(found -> !found.isEnding())
        .orElseThrow(() -> OWNER.refused("there is no user “" + owner + "”."));
  }

  static void refuseWhileGranted(ServerState state, Instant now, String what) {
    refuse(
        state,
        state.standing(now),
        " grants stand on “%s” or are not proven gone, such as that of ticket %d as %s; it can be "
            + what + " when they are revoked and it has stated that they are gone.");
  }

  /** Those that end and whose time is over, which the server ends by itself, and has not stated yet. */
  static void refuseWhileUnproven(ServerState state, String what) {
    refuse(
        state,
        state.grants(),
        " grants on “%s” have expired and are not proven gone, such as that of ticket %d as %s; it can be "
            + what
            + " when it has stated that they are, which it is asked again and again. If it never comes back, fleet_server_remove api.unproven=1 removes it, and its audit entry names them.");
  }

  private static void refuse(ServerState state, List<Grant> grants, String why) {
    if (!grants.isEmpty()) {
      var first = grants.get(0);
      throw EXISTING.refused(
          grants.size() + why.formatted(state.server().name(), first.ticket(), first.user()));
    }
  }

  private static String user(String text) {
    if (!User.isName(text)) {
      throw new IllegalArgumentException("“" + Quoted.of(text) + "” is not a valid user name.");
    }
    return text;
  }
}
