package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** A secret goes to the server and nowhere else. */
class SecretsTest extends CliCase {
  private static final String TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final String SECURE_ID = "rofh411bv8";

  private CliRun latchkey() {
    return new CliRun(home).to(server.url(), "root:" + TOKEN);
  }

  @Test
  void verboseShowsTheCallWithoutThem() throws IOException {
    server.says(
        200,
        "{\"metadata\":{\"version\":1,\"command\":\"c\",\"reason\":\"OK\",\"result\":1},\"data\":{\"token\":\"NEWTOKEN\",\"name\":\""
            + TOKEN + "\",\"key\":[\"SSHKEY\"],\"url\":\"https://h/cpsess1/x\",\"note\":\"seen\"}}",
        "Set-Cookie: cpsession=COOKIE");
    var file = Files.writeString(home.resolve("secure_id"), SECURE_ID + "\n");
    var run = latchkey()
        .run(
            "-v",
            "ticket_grant",
            "ticket_id=1",
            "server_num=1",
            "secure_id=@" + file,
            "--idempotency-key=MYKEY");

    assertThat(run.code()).isZero();
    assertThat(server.requests().get(0))
        .contains("Authorization: whm root:" + TOKEN, "secure_id=" + SECURE_ID);
    assertThat(run.err())
        .contains(
            "> POST ",
            "/json-api/ticket_grant",
            "ticket_id=1",
            "secure_id=(hidden)",
            "Authorization: (hidden)",
            "\"note\":\"seen\"")
        .doesNotContain(TOKEN, SECURE_ID, "NEWTOKEN", "COOKIE", "SSHKEY", "cpsess1", "MYKEY");
  }

  @Test
  void neitherAreThoseInsideOfTheCommandsOfABatch() {
    server.done("{}");
    var run = latchkey()
        .run(
            "-v",
            "batch",
            "command=ticket_grant?ticket_id=1&secure%5Fid=" + SECURE_ID + "&server_num=2",
            "command-2=function_of_tomorrow?pin=1234");

    assertThat(run.err())
        .contains(
            "> command=ticket_grant?ticket_id=1&secure%5Fid=(hidden)&server_num=2",
            "> command-2=function_of_tomorrow?pin=(hidden)",
            "A secret inside of command stands on the command line")
        .doesNotContain(SECURE_ID, "1234");
    assertThat(server.requests().get(0)).contains("secure%255Fid%3D" + SECURE_ID);

    var json = latchkey()
        .run("-v", "batch", "command:=[\"version\",\"ticket_grant?secure_id=" + SECURE_ID + "\"]");
    assertThat(json.err())
        .contains("> command:=[\"version\",\"ticket_grant?secure_id=(hidden)\"]")
        .doesNotContain(SECURE_ID);
    var file = latchkey().reading("ticket_grant?secure_id=" + SECURE_ID).run("batch", "command=@-");
    assertThat(file.err()).isEmpty();
  }

  @Test
  void ofAFunctionThatNobodyKnowsHereVerboseShowsNoValue() {
    server.done("{}");
    var run = latchkey().run("function_of_tomorrow", "pin=1234", "--verbose");

    assertThat(run.err()).contains("pin=(hidden)").doesNotContain("1234");
  }

  @Test
  void theyNeverStandInTheAddress() {
    server.done("{}");
    latchkey().run("ticket_grant", "secure_id=" + SECURE_ID, "ticket_id=1", "server_num=1");

    assertThat(server.requests().get(0).lines().findFirst().orElse(""))
        .isEqualTo("POST /json-api/ticket_grant HTTP/1.1");
  }

  @Test
  void whoeverTypesOneIsToldOfTheFile() {
    server.done("{}");

    assertThat(latchkey().run("ticket_grant", "secure_id=" + SECURE_ID).err())
        .contains("secure_id=@FILE")
        .doesNotContain(SECURE_ID);
    assertThat(latchkey().reading(SECURE_ID).run("ticket_grant", "secure_id=@-").err())
        .isEmpty();
  }

  @Test
  void anArgumentInTheWrongPlaceIsNotRepeated() {
    for (var words : new String[][] {
      {"version", TOKEN}, {"profile", "add", "x", "token=" + TOKEN}, {"version", "--token=" + TOKEN}
    }) {
      var run = latchkey().run(words);
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err() + run.out()).doesNotContain(TOKEN);
    }
  }

  @Test
  void aTokenFileOrAddressThatIsWrongIsNotRepeated() {
    notRepeated(new CliRun(home).to(server.url(), TOKEN));
    notRepeated(new CliRun(home).to("https://root:" + TOKEN + "@whm.example.com", "root:T"));
    notRepeated(new CliRun(home)
        .to("https://127.0.0.1:1", "root:T")
        .with("https_proxy", "ftp://me:" + TOKEN + "@proxy"));
  }

  private static void notRepeated(CliRun run) {
    assertThat(run.run("version").code()).isEqualTo(2);
    assertThat(run.err()).doesNotContain(TOKEN);
  }

  /** Nothing listens, it is no TLS, and the proxy is none: each in words, and with all that --verbose says. */
  @Test
  void whereTheCallFailsTheyAreNotShownEither() {
    var secure = "https://127.0.0.1:" + server.port();
    for (var run : new CliRun[] {
      new CliRun(home).to("http://127.0.0.1:1", "root:" + TOKEN),
      new CliRun(home).to(secure, "root:" + TOKEN),
      new CliRun(home)
          .to(secure, "root:" + TOKEN)
          .with("https_proxy", "http://me:" + SECURE_ID + "@127.0.0.1:1"),
    }) {
      run.reading(SECURE_ID)
          .run("-v", "ticket_grant", "secure_id=@-", "--timeout=1", "--retries=0");
      assertThat(run.code()).isEqualTo(4);
      assertThat(run.err())
          .contains("> Authorization: (hidden)", "> secure_id=(hidden)")
          .doesNotContain(TOKEN, SECURE_ID);
    }
  }

  @Test
  void theTokenOfAProfileDoesNotGoWhereTheEnvironmentPoints() {
    server.done("{}");
    latchkey()
        .run(
            "profile",
            "add",
            "prod",
            "url=https://whm.example.com",
            "token_file=" + home.resolve("token"));
    latchkey().run("profile", "use", "prod");
    var run = new CliRun(home).with("LATCHKEY_URL", server.url()).run("version");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("LATCHKEY_TOKEN_FILE");
    assertThat(server.requests()).isEmpty();
  }
}
