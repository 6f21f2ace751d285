package dev.latchkey.testing;

import dev.latchkey.access.Privilege;
import dev.latchkey.local.ssm.FolderServer;
import io.quarkus.arc.Unremovable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

/** Servers and support cases for tests: each test has its own. */
@Singleton
@Unremovable
public class Fleet {
  @Inject
  Accounts accounts;

  /** A reseller that may do everything with its servers. */
  public Account owner() {
    return accounts.reseller(
        Privilege.SUPPORT_ACCESS,
        Privilege.SSH_KEYS,
        Privilege.FLEET_READ,
        Privilege.MANAGE_API_TOKENS);
  }

  /** A folder server of {@code owner}, with the agent. */
  public FolderServer server(Account owner) {
    return server(owner, true);
  }

  /** One to which the agent comes with the first order, by the real documents. */
  public FolderServer serverWithoutAgent(Account owner) {
    return server(owner, false);
  }

  private FolderServer server(Account owner, boolean withAgent) {
    var name = "s" + UUID.randomUUID().toString().substring(0, 18);
    try {
      var folder = Scratch.folder("latchkey-server");
      // Accounts that the agent makes are others' where root runs the tests, and must reach their
      // homes.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      var server = FolderServer.make(folder.resolve(name), name);
      if (withAgent) {
        var agent = AgentProcess.running();
        agent.install(server.folder());
        LocalSystemsManager.register(new QuickServer(server, agent));
      } else {
        LocalSystemsManager.register(server);
      }
      WhmClient.of(accounts.root())
          .data("fleet_server_add", "name", name, "node", server.id(), "owner", owner.user());
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An owner with a server, a vendor profile and a ticket: ready for ticket_grant. */
  public SupportCase supportCase() {
    var owner = owner();
    return supportCase(owner, server(owner));
  }

  public SupportCase supportCase(Account owner, FolderServer server) {
    var client = WhmClient.of(owner);
    var key = Keys.ed25519();
    client.data("vendor_profile_set", "key", key, "from", "203.0.113.0/24");
    var ticket = client.data("ticket_create_stub_ticket", "api.server", server.name());
    return new SupportCase(
        client,
        server,
        key,
        ticket.path("ticket_id").asText(),
        ticket.path("secure_id").asText());
  }

  public static Path authorizedKeys(FolderServer server) {
    return server.folder().resolve("root/.ssh/authorized_keys");
  }
}
