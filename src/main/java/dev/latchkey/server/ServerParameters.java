package dev.latchkey.server;

import dev.latchkey.api.Call;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SshUser;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Parameters that many functions take alike. */
public final class ServerParameters {
  public static final ParameterType<ServerName> NAME = ParameterType.text(ServerName::parse);
  public static final ParameterType<SshUser> SSH_USER = ParameterType.text(SshUser::parse);
  public static final ParameterType<PublicKey> PUBLIC_KEY = ParameterType.text(PublicKey::parse);

  public static final Parameter<Optional<ServerName>> SERVER = Parameter.optional(
      "api.server",
      NAME,
      "The server that is meant (an extension); your only one where you have but one.");

  /** The same where a function takes several servers at once. */
  public static final Parameter<Optional<AskedServers>> SERVERS = Parameter.optional(
      "api.server",
      ParameterType.text(AskedServers::parse),
      "The server that is meant (an extension); your only one where you have but one. Or several, separated by commas, at most "
          + AskedServers.MOST + "; or “*” for all that you may use, " + AskedServers.MOST
          + " each call.");

  public static final Parameter<Optional<String>> CURSOR = Parameter.optional(
      "api.cursor",
      ParameterType.CURSOR,
      "Where api.server=* goes on (an extension): “next” from the previous answer.");

  private static final long MOST_SECONDS = 20;
  private static final long USUAL_SECONDS = 5;

  public static final Parameter<Long> WAIT = Parameter.defaulting(
      "api.wait",
      ParameterType.integer(0, MOST_SECONDS),
      USUAL_SECONDS,
      "How many seconds the call waits for the server, 0 to " + MOST_SECONDS + " (an extension); "
          + USUAL_SECONDS + " by default.");

  /** How long an access or a key may last, in seconds. */
  public static final long LEAST_TTL = Duration.ofMinutes(1).toSeconds();

  public static final long MOST_TTL = Duration.ofDays(7).toSeconds();

  private ServerParameters() {}

  /**
   * Lets no revoked key in by another door.
   *
   * @param of the parameter that brings the key
   * @throws dev.latchkey.api.WhmFailure if it is revoked on the server
   */
  public static void refuseRevoked(ServerState on, String fingerprint, Parameter<?> of) {
    on.revocations().find(fingerprint).ifPresent(revoked -> {
      var name = on.server().name();
      throw of.refused("the key " + fingerprint + " is revoked on “" + name + "” since "
          + revoked.at() + "; nothing was done. “fleet_key_allow fingerprint=" + fingerprint
          + " api.server=" + name + "” allows it again.");
    });
  }

  /** What is left of the wait, counted from when the call arrived, so that the commands of a batch share it. */
  public static Duration patience(Call call, Instant now) {
    var left = Duration.between(now, call.at().plusSeconds(WAIT.from(call)));
    return left.isNegative() ? Duration.ZERO : left;
  }
}
