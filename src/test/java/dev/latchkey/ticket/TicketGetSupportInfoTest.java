package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class TicketGetSupportInfoTest extends WhmTest {
  private static final String NAME = "ticket_get_support_info";

  @Inject
  Fleet fleet;

  /** The documented example; its distribution is none that our agent is made for. */
  @Test
  void answersAsWhmDocumentsIt() {
    var owner = fleet.owner();
    var client = WhmClient.of(owner);
    var server = fleet.server(owner);
    states(
        client,
        server,
        "{'name':'server.example.com','ip':'192.168.0.1','arch':'x86_64','distro':'centos 6.8'}");
    client.data(
        "vendor_profile_set",
        "key",
        Keys.ed25519(),
        "from",
        "192.0.2.0/24",
        "company_name",
        "Example, L.L.C.",
        "company_id",
        "7",
        "logo_url",
        "https://www.example.com/logo.png",
        "pub_support_contact",
        "https://www.example.com/support",
        "tech_contact_email",
        "support@example.com");

    assertThat(client.post(NAME))
        .isEqualTo(WhmClient.parse(Golden.text(NAME + ".json").replace("SERVER", server.name())));
    assertThat(Golden.canonical(
            client.raw().get("/xml-api/" + NAME + "?api.version=1").asString()))
        .isEqualTo(Golden.canonical(Golden.text(NAME + ".xml").replace("SERVER", server.name())));
  }

  @Test
  void aServerThatWasNeverSeenIsUnknown() {
    var owner = fleet.owner();
    fleet.server(owner);

    var data = WhmClient.of(owner).data(NAME);

    assertThat(data.toString())
        .isEqualTo(
            "{\"arch\":\"\",\"arch_supported\":-1,\"company_name\":\"\",\"company_id\":null,"
                + "\"distro\":\"\",\"distro_supported\":-1,\"gets_direct_support\":0,\"has_company_info\":0,"
                + "\"has_compatibility_info\":0,\"hostname\":\"\",\"ip\":\"\",\"logo_url\":\"\","
                + "\"pub_support_contact\":\"\",\"pub_tech_contact\":\"\",\"tech_contact_email\":\"\"}");
  }

  /** What an agent of an earlier release has stated has no host, and what a server makes up is not passed on. */
  @Test
  void whatIsNotStatedOrNotWellFormedIsUnknown() {
    var owner = fleet.owner();
    var client = WhmClient.of(owner);
    var server = fleet.server(owner);
    states(client, server, "null");
    assertThat(client.data(NAME).path("arch_supported").asInt()).isEqualTo(-1);

    states(client, server, "{'name':5,'ip':'<b>','arch':'x86_64'}");
    var data = client.data(NAME);
    assertThat(data.path("hostname").asText()).isEmpty();
    assertThat(data.path("ip").asText()).isEmpty();
    assertThat(data.path("arch_supported").asInt()).isEqualTo(1);
    assertThat(data.path("distro_supported").asInt()).isEqualTo(-1);
    assertThat(data.path("has_compatibility_info").asInt()).isZero();
  }

  /** A folder has a name of its own and no address. */
  @Test
  void aFolderSaysWhatItKnows() {
    var owner = fleet.owner();
    var client = WhmClient.of(owner);
    var server = fleet.server(owner);
    client.data("fleet_server_check", "api.wait", "20");

    var data = client.data(NAME);

    assertThat(data.path("hostname").asText()).isEqualTo(server.name());
    assertThat(data.path("arch").asText()).isNotEmpty();
    assertThat(data.path("ip").asText()).isEmpty();
    assertThat(data.path("distro").asText()).isEmpty();
  }

  @Test
  void ofSeveralServersOneIsNamedAndOthersAreNobodys() {
    var owner = fleet.owner();
    fleet.server(owner);
    var second = fleet.server(owner);
    Account stranger = fleet.owner();
    fleet.server(stranger);
    var client = WhmClient.of(owner);

    assertThat(client.failure(NAME)).contains("api.server: is missing");
    assertThat(client
            .post(NAME, "api.server", second.name())
            .at("/metadata/server")
            .asText())
        .isEqualTo(second.name());
    assertThat(WhmClient.of(stranger).failure(NAME, "api.server", second.name()))
        .contains("you have no server named");
  }

  private static void states(WhmClient client, FolderServer server, String host) {
    RetoldServer.of(server).say("{'top':{'host':" + host + "}}");
    client.data("fleet_server_check", "api.server", server.name(), "api.wait", "20");
  }
}
