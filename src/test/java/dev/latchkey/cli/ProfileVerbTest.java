package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileVerbTest {
  @TempDir
  Path home;

  private final ScriptedServer server = new ScriptedServer().done("{}");

  @AfterEach
  void stop() {
    server.close();
  }

  private String token(String name, String content) throws IOException {
    var file = Files.writeString(home.resolve(name), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file.toString();
  }

  private Path config() {
    return home.resolve(".config/latchkey/config");
  }

  private CliRun run(String... words) {
    return new CliRun(home).run(words);
  }

  @Test
  void oneIsAddedUsedAndListed() throws IOException {
    assertThat(run("profile", "add", "prod", "url=https://whm.example.com", "token_file=relative")
            .code())
        .isZero();
    assertThat(run(
                "profile",
                "add",
                "lab",
                "url=" + server.url(),
                "user=root",
                "token_file=" + token("t", "SECRET\n"),
                "server=web01")
            .code())
        .isZero();
    assertThat(run("profile", "use", "lab").code()).isZero();

    assertThat(run("profile", "list").out())
        .isEqualTo("  prod  https://whm.example.com\n* lab  " + server.url() + "\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config())))
        .isEqualTo("rw-------");
    assertThat(Files.readString(config())).contains("token_file = /").doesNotContain("SECRET");

    assertThat(run("fleet_server_check").code()).isZero();
    assertThat(server.requests().get(0))
        .contains("Authorization: whm root:SECRET\r\n", "api.server=web01");
  }

  @Test
  void whatSomebodyWroteIntoTheFileStays() throws IOException {
    run("profile", "add", "a", "url=https://a.example.com");
    Files.writeString(config(), "# mine\n" + Files.readString(config()));
    run("profile", "add", "b", "url=https://b.example.com");
    run("profile", "use", "b");
    run("profile", "use", "a");

    assertThat(Files.readString(config()))
        .isEqualTo(
            "default = a\n# mine\n[a]\nurl = https://a.example.com\n\n[b]\nurl = https://b.example.com\n");
  }

  @Test
  void theOptionIsBeforeTheEnvironmentAndThatBeforeTheFile() throws IOException {
    run("profile", "add", "lab", "url=" + server.url(), "token_file=" + token("lab", "lab:T1"));
    run(
        "profile",
        "add",
        "other",
        "url=" + server.url(),
        "token_file=" + token("other", "other:T2"));
    run("profile", "use", "other");
    var environment = new CliRun(home).with("LATCHKEY_TOKEN_FILE", token("env", "env:T3"));

    run("version");
    environment.run("version");
    environment.run("version", "--profile=lab");
    new CliRun(home).with("LATCHKEY_PROFILE", "lab").run("version");

    assertThat(server.requests())
        .extracting(request -> request.replaceFirst("(?s).*Authorization: whm (\\w+):.*", "$1"))
        .containsExactly("other", "env", "lab", "lab");
  }

  /** A change must not go to a server that is one of another place. */
  @Test
  void nothingOfAProfileCountsWhereTheEnvironmentPoints() throws IOException {
    run(
        "profile",
        "add",
        "prod",
        "url=https://whm.example.com",
        "user=ann",
        "ca=/no/such/file",
        "server=web01",
        "token_file=" + token("prod", "ann:T1"));
    run("profile", "use", "prod");
    var elsewhere = new CliRun(home)
        .with("LATCHKEY_URL", server.url())
        .with("LATCHKEY_TOKEN_FILE", token("lab", "root:T2"));

    assertThat(elsewhere.run("fleet_server_check").code()).as(elsewhere.err()).isZero();
    elsewhere.with("LATCHKEY_PROFILE", "prod").run("fleet_server_check");
    elsewhere.with("LATCHKEY_SERVER", "web02").run("fleet_server_check");

    assertThat(server.requests())
        .hasSize(3)
        .allMatch(request -> request.contains("Authorization: whm root:T2\r\n"))
        .noneMatch(request -> request.contains("web01"));
    assertThat(server.requests().get(2)).contains("api.server=web02");
  }

  @Test
  void whatIsWrongIsOneSentence() throws IOException {
    assertThat(run("version").err()).contains("No address is known: set LATCHKEY_URL");
    assertThat(run("profile", "add", "x", "url=ftp://x").err()).contains("is not a valid address");
    assertThat(run("profile", "add", "x y", "url=https://x").err())
        .contains("not a valid name of a profile");
    assertThat(run("profile", "add", "x", "ca=/ca.pem").err()).contains("has a url=");
    run("profile", "add", "x", "url=https://x.example.com");
    assertThat(run("profile", "add", "x", "url=https://x.example.com").err()).contains("already");
    assertThat(run("version", "-p", "y").err()).contains("There is no profile “y”", "there are: x");
    assertThat(run("version", "-p", "x").err()).contains("No token is known");
    Files.writeString(config(), "[x]\nTOKENTOKEN\n");
    assertThat(run("version").err()).contains("line 2").doesNotContain("TOKENTOKEN");
    Files.setPosixFilePermissions(config(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(run("version").err()).contains("chmod 600");
  }
}
