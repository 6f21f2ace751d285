package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTextTest extends CliCase {
  private String table(String data, String... words) {
    server.done(data);
    return new CliRun(home).to(server.url(), "root:T").onTerminal().run(words).out();
  }

  @Test
  void theOneListIsATableAndTheRestStandsBeforeIt() {
    assertThat(table(
            "{\"next\":\"abc\",\"non_fatals\":[],\"servers\":[{\"name\":\"web01\",\"grants\":[{\"id\":7}],\"up\":1},{\"name\":\"b\",\"grants\":[],\"up\":null}]}",
            "fleet_server_list"))
        .isEqualTo("""
            next  abc
            name   up  id
            web01  1   7
            b
            """);
  }

  /** What one looks for in a list of tickets are their servers; an empty column says nothing. */
  @Test
  void theListInsideOfTheListIsUnfolded() {
    assertThat(table(
            "{\"auths\":[{\"id\":7,\"note\":null,\"servers\":[{\"id\":1,\"status\":\"AUTHED\"},{\"id\":2,\"status\":\"NOT_AUTHED\"}]},{\"id\":8,\"note\":null,\"servers\":[]}]}",
            "ticket_list"))
        .isEqualTo("""
            id  servers.id  status
            7   1           AUTHED
            7   2           NOT_AUTHED
            8
            """);
  }

  @Test
  void hashesByNameAreATableTooWhichNamesWhatDoesNotFit() {
    assertThat(table(
            "{\"tokens\":{\"a\":{\"name\":\"a\",\"acls\":{\"x\":1},\"whitelist_ips\":[\"192.0.2.1\",\"192.0.2.2\"]},\"b\":{\"name\":\"b\",\"acls\":{}}}}",
            "api_token_list"))
        .isEqualTo("""
            name  whitelist_ips
            a     192.0.2.1, 192.0.2.2
            b
            Not shown: acls; --output=yaml has them.
            """);
  }

  /** “OK” is only that the server was asked; whether root can log in by the key stands in its data. */
  @Test
  void ofManyServersTheDataAreColumns() {
    assertThat(table(
            "{\"servers\":[{\"server\":\"web01\",\"result\":1,\"reason\":\"OK\",\"data\":{\"authorized\":0,\"non_fatals\":[\"No login by it is sure.\"]}},"
                + "{\"server\":\"web02\",\"result\":0,\"reason\":\"Not told.\"}],\"next\":\"w\"}",
            "authorizesshkey"))
        .isEqualTo("""
            next  w
            server  result  reason     authorized  non_fatals
            web01   1       OK         0           No login by it is sure.
            web02   0       Not told.
            """);
  }

  @Test
  void ofManyServersAListInsideOfTheDataIsUnfolded() {
    assertThat(table(
            "{\"servers\":[{\"server\":\"web01\",\"result\":1,\"data\":{\"keys\":[{\"file\":\"a\"},{\"file\":\"b\",\"server\":\"x\"}]}},"
                + "{\"server\":\"web02\",\"result\":1,\"data\":{\"keys\":[]}}]}",
            "listsshkeys"))
        .isEqualTo("""
            server  result  file  keys.server
            web01   1       a
            web01   1       b     x
            web02   1
            """);
  }

  /** A process that goes on is what one looks for in a receipt. */
  @Test
  void twoListsInsideOfTheListAreNamed() {
    assertThat(table(
            "{\"receipts\":[{\"server_name\":\"web01\",\"left\":[{\"pid\":7}],\"appeared\":[{\"pid\":8}],\"other\":[]}]}",
            "ticket_receipt"))
        .isEqualTo("""
            server_name
            web01
            Not shown: left, appeared; --output=yaml has them.
            """);
  }

  @Test
  void columnsAreChosenByNameOrPath() {
    assertThat(table(
            "{\"servers\":[{\"name\":\"web01\",\"grants\":[{\"id\":7}]},{\"name\":\"b\",\"grants\":[]}]}",
            "fleet_server_list",
            "--columns=grants.0.id,name,grants"))
        .isEqualTo("""
            grants.0.id  name   grants
            7            web01  [{"id":7}]
                         b
            """);
  }

  @Test
  void withoutAListNamesAndValuesStandSideBySide() {
    assertThat(table("{\"hostname\":\"here\",\"list\":[\"a\",\"b\"]}", "gethostname"))
        .isEqualTo("hostname  here\nlist      a, b\n");
  }

  @Test
  void aRefusalShowsItsMetadata() {
    server.refused("No.");

    assertThat(new CliRun(home)
            .to(server.url(), "root:T")
            .onTerminal()
            .run("version")
            .out())
        .contains("reason   No.", "result   0");
  }

  @Test
  void prettyJsonIsInPerlsLayout() {
    server.done("{\"a\":[1,{}],\"b\":{}}");

    assertThat(new CliRun(home)
            .to(server.url(), "root:T")
            .run("version", "--output=jsonpretty")
            .out())
        .contains("""
           "data" : {
              "a" : [
                 1,
                 {}
              ],
              "b" : {}
           }
        """);
  }
}
