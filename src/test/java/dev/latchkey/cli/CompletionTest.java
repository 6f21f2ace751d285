package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CompletionTest extends CliCase {
  private Stream<String> after(String line) {
    return new CliRun(home)
        .to(server.url(), "root:T")
        .reading(line)
        .run("__complete")
        .out()
        .lines();
  }

  @Test
  void namesFunctionsParametersAndValues() {
    assertThat(after("latchkey ticket_gr")).containsExactly("ticket_grant");
    assertThat(after("latchkey comp")).containsExactly("completion");
    assertThat(after("latchkey ticket_grant ticket_id=1 s"))
        .containsExactly("server_num=", "secure_id=", "ssh_username=");
    assertThat(after("latchkey --output json ticket_list ticket_status="))
        .contains("ticket_status=open", "ticket_status=closed");
    assertThat(after("latchkey api_token_create acl-2=list-acc"))
        .containsExactly("acl-2=list-accts");
    assertThat(after("latchkey --output js")).containsExactly("json", "jsonpretty");
    assertThat(after("latchkey version --output=xm")).containsExactly("--output=xml");
    assertThat(after("latchkey watch ticket_grant api.w")).containsExactly("api.wait=");
    assertThat(after("latchkey watch ticket_grant api.dry")).isEmpty();
    assertThat(after("latchkey help vers")).containsExactly("version");
    assertThat(after("latchkey profile ")).containsExactly("list", "use", "add");
    assertThat(after("latchkey no_such x")).isEmpty();
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void serversAndTicketsAreAskedForAndRememberedAMinute() throws IOException {
    server.done(
        "{\"servers\":[{\"name\":\"web01\"},{\"name\":\"web02\"},{\"name\":\"evil\\nweb09\"}]}");
    assertThat(after("latchkey fleet_server_check api.server=w"))
        .containsExactly("api.server=web01", "api.server=web02");
    assertThat(after("latchkey fleet_server_check --server ")).containsExactly("web01", "web02");
    assertThat(server.requests()).hasSize(1);

    try (var files = Files.list(home.resolve(".cache/latchkey"))) {
      for (var file : files.toList()) {
        assertThat(file.toString()).doesNotContain("root");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(61)));
      }
    }
    after("latchkey fleet_server_check --server ");
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void aSlowOrFailingServerIsSilence() {
    server.says(out -> LockSupport.parkNanos(3_000_000_000L));
    var begin = System.nanoTime();
    assertThat(after("latchkey ticket_revoke ticket_id=")).isEmpty();
    assertThat(System.nanoTime() - begin).isLessThan(2_500_000_000L);
    assertThat(new CliRun(home)
            .reading("latchkey fleet_server_check api.server=")
            .run("__complete")
            .code())
        .isZero();
  }

  @Test
  void zshGetsItsOwn() {
    assertThat(new CliRun(home).run("completion", "zsh").out())
        .startsWith("#compdef latchkey whmapi1");
    assertThat(new CliRun(home).run("completion", "fish").code()).isEqualTo(2);
  }
}
