package dev.latchkey.wire;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.AddressList;
import dev.latchkey.access.AddressRange;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Functions;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import dev.latchkey.testing.Whole;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * Every function that is declared, against everything that must keep a caller out: each cell is a call by GET and one by
 * POST, in JSON and in XML. What was refused has left the table as it was, but for the notes of what was turned away. That
 * nobody reaches what another owns is {@code OthersThingsTest}.
 */
@QuarkusTest
@Order(2) // while there is little in the table: it reads all of it around each column
@InProcess
class AuthorizationMatrixTest extends WhmTest {
  private static final String DENIED =
      "{\"cpanelresult\":{\"apiversion\":\"2\",\"error\":\"Access denied\",\"data\":{\"reason\":\"Access denied\",\"result\":\"0\"},\"type\":\"text\"}}";

  @Inject
  Functions functions;

  @Inject
  DynamoDbAsyncClient dynamoDb;

  @TempDir
  Path noServer;

  private final SoftAssertions softly = new SoftAssertions();
  private Account account;

  /** A way to call a function: by GET or POST, in JSON or XML. */
  private enum Way {
    GET_JSON("json-api"),
    GET_XML("xml-api"),
    POST_JSON("json-api"),
    POST_XML("xml-api");

    private final String api;

    Way(String api) {
      this.api = api;
    }

    boolean isXml() {
      return api.equals("xml-api");
    }

    Response of(RequestSpecification request, String prefix, Declaration function) {
      var path = prefix + "/" + api + "/" + function.name();
      return name().startsWith("GET")
          ? request.get(path + "?api.version=1")
          : request.body("api.version=1").post(path);
    }
  }

  /** What one cell asks for, and what it must be answered. */
  private interface Column {
    RequestSpecification request(Declaration function);

    void judge(Declaration function, Way way, Response answer);

    default boolean isFor(Declaration function) {
      return true;
    }
  }

  @BeforeEach
  void anAccountWithEveryPrivilegeButAll() {
    account = accounts.reseller(allBut().each().toArray(Privilege[]::new));
  }

  @Test
  void withoutACredential() {
    denied("no credential", given());
  }

  @Test
  void withAnExpiredToken() {
    var yesterday = Optional.of(Instant.now().minusSeconds(86_400));
    denied("expired", by(token("old", yesterday, Optional.empty())));
  }

  @Test
  void withARevokedToken() {
    var token = token("revoked", Optional.empty(), Optional.empty());
    accounts.revoke(account.user(), token);
    denied("revoked", by(token));
  }

  @Test
  void fromAnAddressThatIsNotOnTheList() {
    var elsewhere = new AddressList(List.of(AddressRange.parse("192.0.2.0/24")));
    denied("wrong address", by(token("elsewhere", Optional.empty(), Optional.of(elsewhere))));
  }

  @Test
  void ofASuspendedUser() {
    accounts.suspend(account.user());
    denied("suspended", by(account.token()));
  }

  @Test
  void withoutThePrivilege() {
    var tokens = functions.declarations().stream()
        .collect(Collectors.toMap(
            Declaration::name,
            function -> accounts.token(
                account.user(),
                "without-" + function.number(),
                Scope.UNLIMITED.within(
                    allBut(function.privilege().stream().toArray(Privilege[]::new))))));
    column("wrong privilege", "", new Column() {
      @Override
      public RequestSpecification request(Declaration function) {
        return by(tokens.get(function.name()));
      }

      @Override
      public void judge(Declaration function, Way way, Response answer) {
        softly.assertThat(answer.statusCode()).as(way + " " + function.name()).isEqualTo(200);
        softly
            .assertThat(answer.asString())
            .as(way + " " + function.name())
            .contains("Permission denied: " + function.name() + " requires the privilege “"
                + function.privilege().orElseThrow().acl() + "”.")
            .doesNotContain("\"data\":", "<data>");
      }

      /** Others are for whoever has a token that holds. */
      @Override
      public boolean isFor(Declaration function) {
        return function.privilege().isPresent();
      }
    });
  }

  @Test
  void bySessionWithoutThePrefixInThePath() {
    var session = session();
    denied("session without prefix", session.raw());
    assertThat(session.status()).isEqualTo(200);
  }

  @Test
  void byThePrefixWithoutTheCookie() {
    denied("prefix without cookie", session().prefix(), given());
  }

  /** Its use is noted once a minute, so that it is not noted while the table is compared. */
  private Browser session() {
    var session = Browser.of(account);
    assertThat(session.status()).isEqualTo(200);
    return session;
  }

  @Test
  void overItsQuota() {
    var quota = new Scope(allBut(), Optional.empty(), Optional.empty(), OptionalLong.of(1));
    var few = accounts.token(account.user(), "few", quota);
    WhmClient.of(account.with(few)).data("version");
    column("over quota", "", new Column() {
      @Override
      public RequestSpecification request(Declaration function) {
        return by(few);
      }

      @Override
      public void judge(Declaration function, Way way, Response answer) {
        var cell = way + " " + function.name();
        softly.assertThat(answer.statusCode()).as(cell).isEqualTo(200);
        softly.assertThat(answer.header("Retry-After")).as(cell).matches("[1-9][0-9]*");
        softly
            .assertThat(answer.asString())
            .as(cell)
            .contains("“few” has a quota of 1 calls a month, and has 0 left")
            .doesNotContain("\"data\":", "<data>");
      }
    });
  }

  /** Of every privilege, which {@code all} stands for, these are left out. */
  private static Privileges allBut(Privilege... few) {
    var others = EnumSet.allOf(Privilege.class);
    others.remove(Privilege.ALL);
    List.of(few).forEach(others::remove);
    return Privileges.of(others);
  }

  private TokenValue token(String name, Optional<Instant> until, Optional<AddressList> addresses) {
    return accounts.token(
        account.user(), name, new Scope(allBut(), until, addresses, OptionalLong.empty()));
  }

  private RequestSpecification by(TokenValue token) {
    return WhmClient.of(account.with(token)).raw();
  }

  private void denied(String name, RequestSpecification request) {
    denied(name, "", request);
  }

  private void denied(String name, String prefix, RequestSpecification request) {
    column(name, prefix, new Column() {
      @Override
      public RequestSpecification request(Declaration function) {
        return given().spec(request);
      }

      @Override
      public void judge(Declaration function, Way way, Response answer) {
        var cell =
            softly.assertThat(answer.asString()).as(name + ": " + way + " " + function.name());
        softly.assertThat(answer.statusCode()).as(way + " " + function.name()).isEqualTo(403);
        if (way.isXml()) {
          cell.contains("<cpanelresult>", "<error>Access denied</error>");
        } else {
          cell.isEqualTo(DENIED);
        }
      }
    });
  }

  private Whole table() {
    return Whole.of(dynamoDb, noServer).without("OCCURRED");
  }

  /** All functions in all ways; the table is the same before and after them. */
  private void column(String name, String prefix, Column column) {
    var before = table();
    var cells = 0;
    for (var function : functions.declarations().stream().filter(column::isFor).toList()) {
      for (var way : Way.values()) {
        column.judge(function, way, way.of(column.request(function), prefix, function));
        cells++;
      }
    }
    softly.assertThat(table()).as(name + ": nothing was changed").isEqualTo(before);
    System.out.printf("| %s | %d calls |%n", name, cells);
    softly.assertAll();
  }
}
