package dev.latchkey.access;

import dev.latchkey.access.AccessDenied.Cause;
import dev.latchkey.access.AdmissionTable.Request;
import dev.latchkey.access.UserTable.Seen;
import dev.latchkey.store.Item;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
   * Admits and counts: one conditional write and one read, at the same time.
   *
   * @param authorization the values of the Authorization header
   * @param source the address that the call comes from
   * @param id the request id
   * @param calls which calls it is: one, or the commands of a batch
   * @throws AccessDenied when it may not
   * @throws OverQuota when it might, but for a quota
   */
  public Uni<Admitted> admit(
      List<String> authorization, String source, Instant now, String id, CountOutcome calls) {
    return Uni.createFrom().deferred(() -> {
      var claim = Authorization.parse(authorization);
      var address = AddressRange.address(source).orElseThrow(() -> new AccessDenied(Cause.ADDRESS));
      var digest = claim.token().digest();
      calls.of(claim.user(), Credential.id(digest));
      var request = new Request(claim.user(), digest, address, now, id, calls);
      // Whatever the user is: what the credential counts must be known before it can be taken back.
      return Uni.combine()
          .all()
          .unis(outcome(credentials.admit(request)), outcome(users.seen(claim.user())))
          .asTuple()
          .chain(both -> both.getItem1()
              // Whose token is good for nothing does not learn that its quota is used up.
              .onFailure(OverQuota.class)
              .recoverWithUni(over -> both.getItem2().chain(found -> {
                judge(found, over.credential());
                return Uni.createFrom().failure(over);
              }))
              .chain(item -> both.getItem2()
                  .map(user -> admit(request, claim.token(), source, item, user))
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

  private static Admitted admit(
      Request request, TokenValue shown, String source, Item credential, Optional<Seen> found) {
    var token = CredentialItem.read(request.user(), credential);
    var user = judge(found, token);
    var ofUser = user.quota(request.month());
    ofUser.filter(quota -> !quota.hasRoomFor(request.calls().total())).ifPresent(quota -> {
      throw new OverQuota(token, quota, request.calls().total());
    });
    return new Admitted(
        Caller.of(user.user(), token, source, shown.callerSecret()),
        request.count(),
        CredentialItem.old(credential, request.month()),
        Stream.concat(
                AdmissionTable.quota(token, credential, request.month()).stream(),
                ofUser.map(quota -> quota.with(request.calls().total())).stream())
            .toList());
  }

  private static Seen judge(Optional<Seen> found, Credential token) {
    var user = found.orElseThrow(() -> new AccessDenied(Cause.UNKNOWN_USER));
    if (user.user().suspended()) {
      throw new AccessDenied(Cause.SUSPENDED, token);
    }
    return user;
  }

  /** The call failed by a fault of ours: it is not billed, and counts on no quota. */
  public Uni<Void> takeBack(Admitted call) {
    return counting.takeBack(call.counted());
  }
}
