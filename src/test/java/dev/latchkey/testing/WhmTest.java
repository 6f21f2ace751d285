package dev.latchkey.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Functions;
import dev.latchkey.sam.PackageUnderTest;
import dev.latchkey.store.Schema;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;

/** What every test of the running server has: DynamoDB Local, Systems Manager, and accounts. */
@WithTestResource(value = LocalDynamoDb.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(value = LocalSystemsManager.class, scope = TestResourceScope.GLOBAL)
@Tag("rest")
public abstract class WhmTest {
  @Inject
  protected Accounts accounts;

  @Inject
  Functions functions;

  @Inject
  Schema schema;

  private LeakedTokens leaks;

  @BeforeEach
  final void holdAnswersAgainstTheirDeclarations(TestInfo test) {
    var name = test.getTestClass().map(Class::getSimpleName).orElse("") + "."
        + test.getTestMethod().map(Method::getName).orElse("");
    RestAssured.replaceFiltersWith(new AnswersAsDeclared(functions, name));
  }

  /** It is read once a process, and tests count requests. */
  @BeforeEach
  final void knowTheTable() {
    schema.check(false).await().indefinitely();
  }

  /** Instead of the application in this process, where one is said; Quarkus points at the latter before every test. */
  @BeforeEach
  final void callThePackage() {
    var names = Stream.concat(functions.declarations().stream(), Stream.of(Functions.LOGIN))
        .map(Declaration::name);
    var all = Stream.concat(names, Stream.of("console")).toList();
    PackageUnderTest.port(all).ifPresent(port -> RestAssured.port = port);
  }

  @BeforeEach
  final void watchForTokens() {
    leaks = LeakedTokens.watch();
  }

  /** A token's value is in one answer and nowhere else, whatever the test is about. */
  @AfterEach
  final void noTokenIsLoggedOrStored() {
    leaks.close();
    assertThat(leaks.logged())
        .as("lines of the log that have the value of a token")
        .isEmpty();
    assertThat(leaks.sent())
        .as("requests to AWS that have the value of a token")
        .isEmpty();
  }

  protected WhmClient root() {
    return WhmClient.of(accounts.root());
  }

  protected WhmClient reseller(Privilege... privileges) {
    return WhmClient.of(accounts.reseller(privileges));
  }
}
