package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Somebody with servers from which a key is to go. */
public record RevokingOwner(Account owner, List<FolderServer> servers) {
  public static RevokingOwner of(Fleet fleet, int many) {
    var owner = fleet.owner();
    return new RevokingOwner(
        owner, IntStream.range(0, many).mapToObj(i -> fleet.server(owner)).toList());
  }

  public WhmClient client() {
    return WhmClient.of(owner);
  }

  public String names() {
    return servers.stream().map(FolderServer::name).collect(Collectors.joining(","));
  }

  public JsonNode revoke(String fingerprint, String... more) {
    return call("fleet_key_revoke", fingerprint, more);
  }

  public JsonNode allow(String fingerprint, String... more) {
    return call("fleet_key_allow", fingerprint, more);
  }

  private JsonNode call(String function, String fingerprint, String... more) {
    var all = new ArrayList<>(List.of("fingerprint", fingerprint, "api.wait", "20"));
    all.addAll(List.of(more));
    return client().post(function, all.toArray(String[]::new));
  }

  public void authorize(FolderServer on, String key) {
    client()
        .data(
            "authorizesshkey",
            "authorize",
            "1",
            "text",
            key,
            "api.server",
            on.name(),
            "api.wait",
            "20");
  }

  public long generation(FolderServer of) {
    for (var server : client().data("fleet_server_list").path("servers")) {
      if (server.path("name").asText().equals(of.name())) {
        return server.path("generation").asLong();
      }
    }
    throw new AssertionError("there is no " + of.name());
  }

  public static String authorizedKeys(FolderServer of) {
    try {
      return Files.readString(Fleet.authorizedKeys(of));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts the line of a key back, as somebody would who does not know that it is revoked. */
  public static void putBack(FolderServer on, String key) throws IOException {
    Files.writeString(Fleet.authorizedKeys(on), authorizedKeys(on) + key + " back again\n");
  }

  /** What the agent's timer does each minute. */
  public static void sweep(FolderServer on) throws IOException {
    try {
      var sweep = new ProcessBuilder(
              "python3",
              "-I",
              on.agent().toString(),
              "sweep",
              "--root",
              on.folder().toString())
          .redirectErrorStream(true)
          .start();
      var said = new String(sweep.getInputStream().readAllBytes());
      if (sweep.waitFor() != 0) {
        throw new AssertionError("the sweep ended with " + sweep.exitValue() + ": " + said);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Copies the one revoked key of a server, so that there are so many, all proven gone. */
  public static void fillRevoked(Store store, FolderServer on, int many) {
    var item = store.get(new Key("S#" + on.name(), "RK")).await().indefinitely().orElseThrow();
    var one = item.find("revoked").orElseThrow().l().get(0).m();
    var all = new ArrayList<AttributeValue>();
    all.add(AttributeValue.fromM(one));
    for (var i = 1; i < many; i++) {
      var another = new HashMap<>(one);
      another.put("fingerprint", Item.text(PublicKey.parse(Keys.ed25519()).fingerprint()));
      all.add(AttributeValue.fromM(another));
    }
    store
        .write(store.transaction().put(item.with("revoked", AttributeValue.fromL(all))))
        .await()
        .indefinitely();
  }
}
