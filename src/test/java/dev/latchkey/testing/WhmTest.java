package dev.latchkey.testing;

import dev.latchkey.access.Privilege;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import jakarta.inject.Inject;

/** What every test of the running server has: DynamoDB Local, Systems Manager, and accounts. */
@WithTestResource(value = LocalDynamoDb.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(value = LocalSystemsManager.class, scope = TestResourceScope.GLOBAL)
public abstract class WhmTest {
  @Inject
  protected Accounts accounts;

  protected WhmClient root() {
    return WhmClient.of(accounts.root());
  }

  protected WhmClient reseller(Privilege... privileges) {
    return WhmClient.of(accounts.reseller(privileges));
  }
}
