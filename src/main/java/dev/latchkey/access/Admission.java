package dev.latchkey.access;

import dev.latchkey.access.AccessDenied.Cause;
import dev.latchkey.access.AdmissionTable.Request;
import dev.latchkey.access.UserTable.Seen;
import dev.latchkey.store.Item;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** From a credential to a caller, at every call anew: a token that was revoked is refused by the next call. */
@Singleton
public class Admission {
  private final AdmissionTable credentials;
  private final UserTable users;
  private final SessionTable sessions;
  private final CountingTable counting;

  @Inject
  Admission(
      AdmissionTable credentials, UserTable users, SessionTable sessions, CountingTable counting) {
    this.credentials = credentials;
    this.users = users;
    this.sessions = sessions;
    this.counting = counting;
  }

  /**
   * Admits and counts: one conditional write and one read, at the same time. A session is one read before it; one more of
   * the other user where root opened it as somebody else; and once a minute one write after it.
   *
   * @param source the address that the call comes from
   * @param id the request id
   * @param calls which calls it is: one, or the commands of a batch
   * @throws AccessDenied when it may not
   * @throws OverQuota when it might, but for a quota
   */
  public Uni<Admitted> admit(
      Shown shown, String source, Instant now, String id, CountOutcome calls) {
    return Uni.createFrom().deferred(() -> {
      var address = address(source);
      if (!shown.isOfSession()) {
        return admit(Authorization.parse(shown.authorization()), source, now, id, calls);
      }
      var claim = SessionClaim.parse(shown.cookies(), shown.prefix());
      return sessions.use(claim, now).chain(live -> {
        var session = live.session();
        var request = new Request(session.opener(), session.token(), address, now, id, calls);
        return admit(
                request,
                claim.id().callerSecret(),
                source,
                acting(session).map(as -> opener -> as.apply(opener).by(session)))
            // A denied call does not keep it alive.
            .call(() -> sessions.noteUse(live, now))
            .onFailure(AccessDenied.class)
            .transform(denied -> denied.by(session));
      });
    });
  }

  /** A token that is shown in another way than by a header. */
  public Uni<Admitted> admit(
      Authorization claim, String source, Instant now, String id, CountOutcome calls) {
    return Uni.createFrom().deferred(() -> {
      var digest = claim.token().digest();
      var request = new Request(claim.user(), digest, address(source), now, id, calls);
      return admit(
          request,
          claim.token().callerSecret(),
          source,
          Uni.createFrom().item(UnaryOperator.identity()));
    });
  }

  /**
   * Who opens a session by a link: the token that made the link is judged as if it opened it.
   *
   * @param shown the link's id
   */
  public Uni<Admitted> admit(
      SessionLink link,
      SessionId shown,
      String source,
      Instant now,
      String id,
      CountOutcome calls) {
    return Uni.createFrom().deferred(() -> {
      var opened = link.session();
      var request = new Request(opened.opener(), opened.token(), address(source), now, id, calls);
      return admit(request, shown.callerSecret(), source, acting(opened))
          .onFailure(AccessDenied.class)
          .transform(denied -> denied.by(opened));
    });
  }

  private static AddressRange address(String source) {
    return AddressRange.address(source).orElseThrow(() -> new AccessDenied(Cause.ADDRESS));
  }

  /** What a session makes of who opened it; a read where it is another user's. */
  private Uni<UnaryOperator<Caller>> acting(Session session) {
    if (session.user().equals(session.opener())) {
      return Uni.createFrom().item(opener -> opener.as(opener.user(), session.privileges()));
    }
    return users.find(session.user()).map(found -> {
      var user = notSuspended(found.orElseThrow(() -> new AccessDenied(Cause.UNKNOWN_USER)));
      return opener -> reachingOthers(opener).as(user, session.privileges());
    });
  }

  /** Whoever acts as another user has all that is that user's, which only {@code all} gives. */
  private static Caller reachingOthers(Caller opener) {
    if (!opener.holds(Privilege.ALL)) {
      throw new AccessDenied(Cause.NARROWED_TOKEN, opener.credential().known());
    }
    return opener;
  }

  private static User notSuspended(User user) {
    if (user.suspended()) {
      throw new AccessDenied(Cause.SUSPENDED);
    }
    return user;
  }

  private Uni<Admitted> admit(
      Request request, CallerSecret secret, String source, Uni<UnaryOperator<Caller>> acting) {
    request.outcome().of(request.user(), Credential.id(request.digest()));
    // Whatever the user is: what the credential counts must be known before it can be taken back.
    return Uni.combine()
        .all()
        .unis(
            outcome(credentials.admit(request)),
            outcome(users.seen(request.user())),
            outcome(acting))
        .asTuple()
        .chain(all -> all.getItem1()
            // Whose token is good for nothing does not learn that its quota is used up.
            .onFailure(OverQuota.class)
            .recoverWithUni(over -> all.getItem2()
                .map(found -> judge(found, over.credential()).user())
                .map(user -> Caller.of(user, over.credential(), source, secret))
                .chain(opener -> all.getItem3().map(as -> as.apply(opener)))
                .chain(caller -> Uni.createFrom().failure(over)))
            .chain(item -> all.getItem2()
                .chain(user ->
                    all.getItem3().map(as -> admit(request, secret, source, item, user, as)))
                .onFailure()
                .call(() -> counting.takeBack(request.count()))));
  }

  /** What came of it, also a failure, as an item. */
  private static <T> Uni<Uni<T>> outcome(Uni<T> work) {
    return work.map(item -> Uni.createFrom().item(item))
        .onFailure()
        .recoverWithItem(failure -> Uni.createFrom().failure(failure));
  }

  private static Admitted admit(
      Request request,
      CallerSecret secret,
      String source,
      Item credential,
      Optional<Seen> found,
      UnaryOperator<Caller> as) {
    var token = CredentialItem.read(request.user(), credential);
    var user = judge(found, token);
    var caller = as.apply(Caller.of(user.user(), token, source, secret));
    var ofUser = user.quota(request.month());
    ofUser.filter(quota -> !quota.hasRoomFor(request.calls().total())).ifPresent(quota -> {
      throw new OverQuota(token, quota, request.calls().total());
    });
    return new Admitted(
        caller,
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
      throw new AccessDenied(Cause.SUSPENDED, token.known());
    }
    return user;
  }

  /** The call failed by a fault of ours: it is not billed, and counts on no quota. */
  public Uni<Void> takeBack(Admitted call) {
    return counting.takeBack(call.counted());
  }
}
