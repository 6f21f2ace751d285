package dev.latchkey.access;

import dev.latchkey.store.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** Makes a change hold only while its caller is still what was admitted: a token revoked meanwhile changes nothing. */
@Singleton
public class CallerCheck {
  private final UserTable users;
  private final CredentialTable credentials;

  @Inject
  CallerCheck(UserTable users, CredentialTable credentials) {
    this.users = users;
    this.credentials = credentials;
  }

  public void add(Transaction in, Caller caller, Supplier<? extends RuntimeException> changed) {
    users.checkUnchanged(in, caller.user(), changed);
    credentials.checkUnchanged(in, caller.credential(), changed);
  }
}
