package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** A ticket whose server number 1 is {@code server}, and the vendor's key. */
public record SupportCase(
    WhmClient client, FolderServer server, String key, String ticket, String secureId) {
  /** Long enough for a server that has no agent yet, on a busy machine. */
  private static final String WAIT = "20";

  /** Another ticket of the same server, owner and vendor. */
  public SupportCase another() {
    var made = client.data("ticket_create_stub_ticket", "api.server", server.name());
    return new SupportCase(
        client,
        server,
        key,
        made.path("ticket_id").asText(),
        made.path("secure_id").asText());
  }

  public JsonNode grant(String... more) {
    return client.post("ticket_grant", arguments(List.of("secure_id", secureId), more));
  }

  public JsonNode revoke(String... more) {
    return client.post("ticket_revoke", arguments(List.of("ssh_username", "root"), more));
  }

  private String[] arguments(List<String> own, String... more) {
    var all = new ArrayList<>(List.of("ticket_id", ticket, "server_num", "1", "api.wait", WAIT));
    all.addAll(own);
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** What the server lets in as root. */
  public String authorizedKeys() {
    try {
      return Files.readString(Fleet.authorizedKeys(server));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean letsVendorIn() {
    return authorizedKeys().contains(key);
  }

  public JsonNode receipts() {
    return client.data("ticket_receipt", "ticket_id", ticket).path("receipts");
  }
}
