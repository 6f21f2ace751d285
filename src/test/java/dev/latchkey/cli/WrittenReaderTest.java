package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is typed, and what goes out. */
class WrittenReaderTest {
  @TempDir
  Path home;

  private final ScriptedServer server = new ScriptedServer().done("{}");

  @AfterEach
  void stop() {
    server.close();
  }

  private CliRun latchkey() {
    return new CliRun(home).to(server.url(), "root:T");
  }

  private String sent(CliRun run, String... words) {
    assertThat(run.run(words).code()).as(run.err()).isZero();
    var request = server.requests().get(server.requests().size() - 1);
    return request.substring(request.indexOf("\r\n\r\n") + 4);
  }

  @Test
  void asLatchkeyAValueIsLiteral() {
    assertThat(sent(latchkey(), "authorizesshkey", "file=%2Fx y+z&a=b", "authorize=1"))
        .isEqualTo("api.version=1&file=%252Fx+y%2Bz%26a%3Db&authorize=1");
  }

  @Test
  void asWhmapi1ItIsUriEncoded() {
    assertThat(sent(
            latchkey().named("whmapi1"),
            "authorizesshkey",
            "file=%2Fhome%2Fx+y",
            "text=ssh-rsa AAA%3D%3D"))
        .isEqualTo("api.version=1&file=%2Fhome%2Fx%2By&text=ssh-rsa+AAA%3D%3D");
    assertThat(latchkey().named("whmapi1").run("version", "a=100%").err())
        .contains("a plain % is %25");
    assertThat(latchkey().named("whmapi1").run("version", "a=%FF").err()).contains("not UTF-8");
  }

  @Test
  void optionsStandBeforeAndAfterTheFunction() {
    var after = latchkey().run("version", "a=1", "--output=json");
    var before = latchkey().run("--output", "json", "version", "a=1");

    assertThat(after.out()).startsWith("{\"metadata\":").isEqualTo(before.out());
  }

  @Test
  void aFileIsReadWithoutItsLastLineBreak() throws IOException {
    var file = Files.writeString(home.resolve("key"), "ssh-ed25519 AAAA\n");

    assertThat(sent(latchkey(), "authorizesshkey", "text=@" + file))
        .isEqualTo("api.version=1&text=ssh-ed25519+AAAA");
    assertThat(sent(latchkey().reading("a\nb\r\n"), "authorizesshkey", "text=@-"))
        .isEqualTo("api.version=1&text=a%0Ab");
    assertThat(latchkey().run("version", "a=@-", "b=@-").err())
        .contains("read for another parameter already");
    assertThat(latchkey().reading("x".repeat(70_000)).run("version", "a=@-").code())
        .isEqualTo(2);
  }

  @Test
  void jsonGoesOutAsJson() {
    assertThat(sent(
            latchkey(),
            "api_token_create",
            "acl:=[\"list-accts\", \"ssl\"]",
            "token_name=x",
            "acl=all",
            "n:=5"))
        .isEqualTo(
            "{\"api.version\":\"1\",\"acl\":[[\"list-accts\",\"ssl\"],\"all\"],\"token_name\":\"x\",\"n\":5}");
    assertThat(server.requests().get(0)).contains("Content-Type: application/json");
  }

  @Test
  void severalValuesGoOutInTheirOrder() {
    assertThat(sent(latchkey(), "batch", "command=a", "command=b", "command-3=c"))
        .isEqualTo("api.version=1&command=a&command=b&command-3=c");
  }

  @Test
  void theServerOfAProfileIsForFunctionsThatTakeOne() {
    var run = latchkey().with("LATCHKEY_SERVER", "web01");
    assertThat(sent(run, "fleet_server_check")).endsWith("&api.server=web01");
    assertThat(sent(run, "fleet_server_check", "-s", "web02")).endsWith("&api.server=web02");
    assertThat(sent(run, "fleet_server_check", "api.server=web03"))
        .isEqualTo("api.version=1&api.server=web03");
    assertThat(sent(run, "ticket_list")).isEqualTo("api.version=1");
    assertThat(sent(run, "ticket_revoke", "server_num=2")).isEqualTo("api.version=1&server_num=2");
    assertThat(sent(run, "function_of_tomorrow")).isEqualTo("api.version=1");
  }

  @Test
  void xmlIsAskedForAtItsOwnAddress() {
    var xml = "<result><metadata><reason>OK</reason><result>1</result></metadata></result>";
    try (var other = new ScriptedServer().says(200, xml)) {
      var run = new CliRun(home).to(other.url(), "root:T").run("version", "--output=xml");

      assertThat(run.out()).isEqualTo(xml + "\n");
      assertThat(other.requests().get(0)).startsWith("POST /xml-api/version ");
    }
  }
}
