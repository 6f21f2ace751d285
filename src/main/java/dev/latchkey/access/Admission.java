package dev.latchkey.access;

import dev.latchkey.access.AccessDenied.Cause;
import dev.latchkey.access.AdmissionTable.Request;
import dev.latchkey.access.UserTable.Seen;
import dev.latchkey.store.Item;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From a credential to a caller, at every call anew: a token that was revoked is refused by the next call. */
@Singleton
public class Admission {
  private final AdmissionTable credentials;
  private final UserTable users;
  private final CountingTable counting;

  @Inject
  Admission(AdmissionTable credentials, UserTable users, CountingTable counting) {
    this.credentials = credentials;
    this.users = users;
    this.counting = counting;
  }

  /**
   * Admits and counts: one conditional write and one read, at the same time, and one more write for a user with a quota.
   *
   * @param authorization the values of the Authorization header
   * @param source the address that the call comes from
   * @param id the request id
   * @param calls which calls it is: one, or the commands of a batch
   * @throws AccessDenied when it may not
   */
  public Uni<Admitted> admit(
      List<String> authorization, String source, Instant now, String id, Tally calls) {
    return Uni.createFrom().deferred(() -> {
      var claim = Authorization.parse(authorization);
      var address = AddressRange.address(source).orElseThrow(() -> new AccessDenied(Cause.ADDRESS));
      var request = new Request(claim.user(), claim.token().digest(), address, now, id, calls);
      // Whatever the user is: what the credential counts must be known before it can be taken back.
      return Uni.combine()
          .all()
          .unis(outcome(credentials.admit(request)), outcome(users.seen(claim.user())))
          .asTuple()
          .chain(both -> both.getItem1()
              .chain(item -> both.getItem2()
                  .chain(user -> admit(request, source, item, user))
                  .onFailure()
                  .call(() -> counting.takeBack(request.count()))));
    });
  }

  /** What came of it, also a failure, as an item. */
  private static <T> Uni<Uni<T>> outcome(Uni<T> work) {
    return work.map(item -> Uni.createFrom().item(item))
        .onFailure()
        .recoverWithItem(failure -> Uni.createFrom().failure(failure));
  }

  private Uni<Admitted> admit(
      Request request, String source, Item credential, Optional<Seen> found) {
    var of = found.orElseThrow(() -> new AccessDenied(Cause.UNKNOWN_USER));
    if (of.user().suspended()) {
      throw new AccessDenied(Cause.SUSPENDED);
    }
    var caller = Caller.of(of.user(), CredentialItem.read(request.user(), credential), source);
    var old = CredentialItem.old(credential, request.month());
    return users.count(of, request).map(onUser -> {
      var counted = new ArrayList<>(List.of(request.count()));
      onUser.ifPresent(counted::add);
      return new Admitted(caller, counted, old);
    });
  }

  /** The call failed by a fault of ours: it is not billed, and counts on no quota. */
  public Uni<Void> takeBack(Admitted call) {
    return Unis.all(call.counted(), counting::takeBack).replaceWithVoid();
  }
}
