package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Slips of the fingers, and files that are not what they seem: each has one clear sentence. */
class MistypedTest extends CliCase {
  private CliRun typed(String... words) {
    return new CliRun(home).to(server.url(), "root:T").run(words);
  }

  private void refused(String sentence, String... words) {
    var run = typed(words);
    assertThat(run.code()).as(String.join(" ", words)).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isEqualTo("latchkey: " + sentence + "\n");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void anOption() {
    refused("Unknown option --ouput; did you mean --output?", "version", "--ouput=json");
    refused("Unknown option --colour; see --help.", "version", "--colour");
    refused("--output is given twice; give it once.", "-o", "yaml", "version", "--output=json");
    refused("--profile: a value is missing, such as --profile=NAME.", "version", "--profile");
    refused("--verbose takes no value, and stands alone.", "version", "--verbose=1");
    refused("Unknown option -x; see --help.", "version", "-xjson");
    refused("A function is missing; see latchkey --help.");
    refused("A function is missing; see latchkey --help.", "--output=json");
  }

  /** The server passes over what it does not know, so that a grant would be made for good. */
  @Test
  void aParameterOfAChangeBeforeItIsSent() {
    refused(
        "ticket_grant has no parameter api.dry_rnu; did you mean api.dry_run?",
        "ticket_grant",
        "ticket_id=1",
        "api.dry_rnu=1");
    refused(
        "ticket_revoke has no parameter tiket_id; did you mean ticket_id?",
        "ticket_revoke",
        "tiket_id=1");
    var whmapi1 = new CliRun(home)
        .to(server.url(), "root:T")
        .named("whmapi1")
        .run("ticket_grant", "api.dry_rnu=1");
    assertThat(whmapi1.code()).isEqualTo(2);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void whatANewerServerMayKnowIsSentAllTheSame() {
    server.done("{}");

    assertThat(typed("ticket_list", "tiket_id=1").err()).contains("did you mean ticket_id?");
    assertThat(typed("ticket_grant", "color=blue").err())
        .contains("This version does not know a parameter color of ticket_grant");
    assertThat(typed("ticket_list", "api.filter.enable=1", "api.version=1").err())
        .isEmpty();
    assertThat(typed("api_token_revoke", "token_name-1=a", "token_name-2=b").err())
        .isEmpty();
    assertThat(new CliRun(home)
            .to(server.url(), "root:T")
            .named("whmapi1")
            .run("authorizesshkey", "user=username", "file=sshkey", "authorize=1")
            .err())
        .isEmpty();
    assertThat(server.requests()).hasSize(5);
  }

  @Test
  void aFunctionAfterTheServerHasRefusedIt() {
    server.refused("Unknown app");

    assertThat(typed("ticket_lst").err()).contains("latchkey: Did you mean ticket_list?\n");
    assertThat(typed("something_new").err()).doesNotContain("Did you mean");
  }

  @Test
  void aValueFromAFile() throws IOException {
    Files.write(home.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    refused("a: the file " + home + " cannot be read: it is a directory.", "version", "a=@" + home);
    refused(
        "a: the file " + home.resolve("none") + " cannot be read: there is no such file.",
        "version",
        "a=@" + home.resolve("none"));
    refused("a: the bytes of the value are not UTF-8.", "version", "a=@" + home.resolve("binary"));
    refused("An argument is not written NAME=VALUE.", "version", "=value");
    server.done("{}");
    typed("gethostname", "a=");
    assertThat(server.requests().get(0)).endsWith("a=");
  }
}
