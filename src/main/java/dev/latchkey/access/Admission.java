package dev.latchkey.access;

import dev.latchkey.access.AccessDenied.Cause;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;

/** From a credential to a caller, at every call anew: a token that was revoked is refused by the next call. */
@Singleton
public class Admission {
  private final AdmissionTable credentials;
  private final UserTable users;

  @Inject
  Admission(AdmissionTable credentials, UserTable users) {
    this.credentials = credentials;
    this.users = users;
  }

  /**
   * Admits and counts: one conditional write and one read, at the same time.
   *
   * @param authorization the values of the Authorization header
   * @param source the address that the call comes from
   * @param count how many calls it is: 1, or the number of a batch's commands
   * @throws AccessDenied when it may not
   */
  public Uni<Caller> admit(List<String> authorization, String source, Instant now, int count) {
    return Uni.createFrom().deferred(() -> {
      var claim = Authorization.parse(authorization);
      var address = AddressRange.address(source).orElseThrow(() -> new AccessDenied(Cause.ADDRESS));
      var request =
          new AdmissionTable.Request(claim.user(), claim.token().digest(), address, now, count);
      return Uni.combine()
          .all()
          .unis(credentials.admit(request), users.admit(claim.user(), Month.of(now)))
          .with((credential, user) -> Caller.of(user, credential, source));
    });
  }
}
