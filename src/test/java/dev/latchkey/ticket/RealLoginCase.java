package dev.latchkey.ticket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Vendor;
import dev.latchkey.testing.WhmClient;
import java.util.ArrayList;
import java.util.List;

/** A ticket on a server with a real sshd, and a vendor who really has the key of it. */
record RealLoginCase(WhmClient client, Vendor vendor, String ticket, String secureId) {
  private static final String WAIT = "20";

  static RealLoginCase of(WhmClient client, String server, String... from) {
    var vendor = Vendor.withNewKey();
    client.data("vendor_profile_set", "key", vendor.key(), "from", String.join(",", from));
    var ticket = client.data("ticket_create_stub_ticket", "api.server", server);
    return new RealLoginCase(
        client,
        vendor,
        ticket.path("ticket_id").asText(),
        ticket.path("secure_id").asText());
  }

  JsonNode grant(String... more) {
    return client.post("ticket_grant", arguments("secure_id", secureId, more));
  }

  JsonNode revoke() {
    return revoke("root");
  }

  JsonNode revoke(String user, String... more) {
    return client.post("ticket_revoke", arguments("ssh_username", user, more));
  }

  JsonNode receipts() {
    return client.data("ticket_receipt", "ticket_id", ticket).path("receipts");
  }

  private String[] arguments(String name, String value, String... more) {
    var all = new ArrayList<>(
        List.of("ticket_id", ticket, "server_num", "1", "api.wait", WAIT, name, value));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
