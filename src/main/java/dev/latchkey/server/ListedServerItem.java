package dev.latchkey.server;

import dev.latchkey.server.Server.Seen;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How what a list shows of a server lies in the table, {@code SERVERS / owner#name}: written with the server itself, so that
 * a list reads neither statements nor grants.
 */
final class ListedServerItem {
  static final String LIST = "SERVERS";

  private static final String NODE = "node";
  private static final String AGENT_VERSION = "agent_version";
  private static final String AGENT_SHA256 = "agent_sha256";

  private ListedServerItem() {}

  static ListedServer of(Server server) {
    var stated = server.seen().flatMap(seen -> ObservationReader.read(seen.statement()));
    return new ListedServer(
        server.name(),
        server.node(),
        server.owner(),
        server.keyFiles().toString(),
        server.firewall().told(),
        server.revokedKeys().told(),
        server.epoch(),
        server.generation(),
        server.isConfirmed(),
        server.seen().map(Seen::at),
        stated.flatMap(Observation::agentVersion),
        stated.flatMap(Observation::agentSha256),
        stated.flatMap(Observation::sshVersion));
  }

  /**
   * Whether a list shows another server than before. Of when it was seen a list knows the hour, so that a look at a server
   * where all is as it was writes the server's own item alone.
   */
  static boolean differ(Server before, Server after) {
    return !toTheHour(before).equals(toTheHour(after));
  }

  private static ListedServer toTheHour(Server server) {
    var listed = of(server);
    return new ListedServer(
        listed.name(),
        listed.node(),
        listed.owner(),
        listed.keyFiles(),
        listed.firewall(),
        listed.revokedKeys(),
        listed.epoch(),
        listed.generation(),
        listed.confirmed(),
        listed.seenAt().map(at -> at.truncatedTo(ChronoUnit.HOURS)),
        listed.agentVersion(),
        listed.agentSha256(),
        listed.sshVersion());
  }

  static Key key(Server server) {
    return new Key(LIST, server.owner() + "#" + server.name());
  }

  static Item write(Server server) {
    var listed = of(server);
    return Item.at(key(server))
        .with("server_name", listed.name().value())
        .with(NODE, listed.node().value())
        .with("owner_name", listed.owner())
        .with("key_file", listed.keyFiles())
        .with("firewall", listed.firewall().map(Item::text))
        .with("revoked_keys", listed.revokedKeys().map(Item::text))
        .with("epoch", listed.epoch())
        .with("generation", listed.generation())
        .with("confirmed", AttributeValue.fromBool(listed.confirmed()))
        .with("seen_at", listed.seenAt().map(Item::time))
        .with(AGENT_VERSION, listed.agentVersion().map(Item::text))
        .with(AGENT_SHA256, listed.agentSha256().map(Item::text))
        .with("ssh_version", listed.sshVersion().map(Item::text));
  }

  /** Earlier releases listed nothing but the name, later ones no hash of the agent. */
  static boolean isWhole(Item item) {
    return item.find(NODE).isPresent()
        && (item.find(AGENT_SHA256).isPresent() || item.find(AGENT_VERSION).isEmpty());
  }

  /** It is in the key: no damage to the rest hides the server from what goes past all of them. */
  static ServerName name(Item item) {
    var place = item.key().sk();
    return new ServerName(place.substring(place.lastIndexOf('#') + 1));
  }

  static ListedServer read(Item item) {
    return new ListedServer(
        name(item),
        new NodeId(item.getText(NODE)),
        item.getText("owner_name"),
        item.getText("key_file"),
        item.findText("firewall"),
        item.findText("revoked_keys"),
        item.getNumber("epoch"),
        item.getNumber("generation"),
        item.getFlag("confirmed"),
        item.findNumber("seen_at").map(Instant::ofEpochSecond),
        item.findText(AGENT_VERSION),
        item.findText(AGENT_SHA256),
        item.findText("ssh_version"));
  }
}
