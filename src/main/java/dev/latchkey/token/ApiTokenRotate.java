package dev.latchkey.token;

import static dev.latchkey.api.Permission.CHANGE_TOKENS;

import dev.latchkey.access.Credential;
import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.TokenValue;
import dev.latchkey.access.Used;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.data.Data;
import dev.latchkey.token.TokenTable.Named;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gives a token a new value. Its successor has all that it has, its name included; the old value lives on for a while under
 * a name of its own, so that whoever uses it has time to learn the new one.
 */
@Singleton
@Path(ApiTokenRotate.NAME)
public final class ApiTokenRotate extends WhmFunction {
  static final String NAME = "api_token_rotate";

  private static final Duration LONGEST = Duration.ofDays(30);

  /** Of two machines that rotate one token at once, one is refused, and does not take from the other what it was given. */
  private static final Duration UNTIL_LOST = Duration.ofMinutes(1);

  private static final Parameter<Optional<TokenName>> TOKEN_NAME = Parameter.optional(
      "token_name",
      TokenParameters.NAME,
      "The token's name; by default that of the token that makes the call. Another one, and in a session any, requires the privilege manage-api-tokens.");

  private static final Parameter<Long> GRACE = Parameter.defaulting(
      "grace",
      ParameterType.integer(0, LONGEST.toSeconds()),
      Duration.ofDays(1).toSeconds(),
      "For how many seconds the old value is still good, but never beyond its own expiry; 0 revokes it at once.");

  private final TokenTable tokens;
  private final LeftValues left;
  private final CredentialTable credentials;
  private final TokenAge age;
  private final Change change;
  private final LimitTable limits;
  private final SecureRandom random;

  @Inject
  ApiTokenRotate(
      TokenTable tokens,
      LeftValues left,
      CredentialTable credentials,
      TokenAge age,
      Change change,
      LimitTable limits,
      SecureRandom random) {
    super(Declaration.of(NAME, "Gives an API token a new value and shows it once.")
        .numbered(75)
        .forAnyCaller()
        .extension()
        .changes()
        .needs(CHANGE_TOKENS)
        .takes(TOKEN_NAME, GRACE)
        .answers(TokenData.WITH_ACL_ARRAY)
        .answers(
            Field.text(
                    "token",
                    "Its new value, which only this answer shows; left out of that to a repeat.")
                .secret()
                .optional(),
            Field.text(
                    "rotated_name",
                    "The name of the old value; null if it is revoked, left out of the answer to a repeat.")
                .orNull()
                .optional(),
            Field.time(
                    "rotated_expires_at",
                    "When the old value expires; null if it is revoked, left out of the answer to a repeat.")
                .orNull()
                .optional(),
            OldValues.LEFT));
    this.tokens = tokens;
    this.left = left;
    this.credentials = credentials;
    this.age = age;
    this.change = change;
    this.limits = limits;
    this.random = random;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var name = TOKEN_NAME
        .from(call)
        .map(TokenName::value)
        .orElseGet(() -> OwnToken.name(call, TOKEN_NAME));
    var value = TokenValue.generate(random);
    return Change.retrying(tries -> tokens
        .named(call.caller().user().name(), List.of(name), tries == 0)
        .chain(found -> rotate(call, name, found, value, tries)));
  }

  private Uni<Answer> rotate(Call call, String name, Named found, TokenValue value, int tries) {
    var before = found.decide(() -> judged(call, name, found));
    return before
        .succession()
        .successor()
        .map(digest -> again(call, before, digest, found, value))
        .orElseGet(() -> rotate(call, before, found, value, tries));
  }

  private Uni<Answer> rotate(
      Call call, Credential before, Named found, TokenValue value, int tries) {
    var grace = Duration.ofSeconds(GRACE.from(call));
    var witness = grace.isZero() && LastAllToken.isAtStake(before, call.at())
        ? tokens.witness(call, List.of(before)).map(other -> vouching(other, before, found))
        : Uni.createFrom().item(Optional.<Credential>empty());
    return witness.chain(other -> used(before)
        .map(used -> {
          var renewed = age.renewed(before.scope(), call.at());
          return Rotation.of(before, renewed, used, value, grace, call.at(), call.request(), tries);
        })
        .chain(rotation -> rotated(call, rotation, value, other)));
  }

  private Uni<Answer> rotated(
      Call call, Rotation rotation, TokenValue value, Optional<Credential> witness) {
    return commit(call, rotation, witness)
        .chain(
            () -> withLeft(call, rotation.before(), rotation.successor(), answer(rotation, value)));
  }

  /** Of the values before the one that this call replaced, which the answer tells of. */
  private Uni<Answer> withLeft(Call call, Credential of, Credential successor, Answer answer) {
    var replaced = Optional.of(successor.digest());
    return left.told(
        answer,
        call,
        OldValues.lines(List.of(of)),
        old -> !old.succession().successor().equals(replaced),
        "an earlier rotation left it, and this one did not revoke it.");
  }

  /** By the old value, whose owner has not got the answer to the first rotation. */
  private Uni<Answer> again(
      Call call, Credential old, String successor, Named found, TokenValue value) {
    return credentials.find(old.user(), successor).chain(now -> {
      var lost = found.decide(() -> lost(call, old, now));
      var grace = Duration.ofSeconds(GRACE.from(call));
      var rotation = Rotation.again(old, lost, value, grace, call.at(), call.request());
      return rotated(call, rotation, value, Optional.empty());
    });
  }

  /** Whoever has the new value has used it, or a manager has changed it: then the old one is no more than what it is. */
  private static Used lost(Call call, Credential old, Optional<Used> successor) {
    var lost = successor
        .filter(used -> used.lastAt().isEmpty())
        .filter(used -> used.credential().revision().equals(old.revision()))
        .orElseThrow(() -> TOKEN_NAME.refused(OldValues.said(old)
            + "; it can be rotated again only until the token that took its place makes a call"
            + " or is changed or revoked. Rotate that one, or make another."));
    var again = lost.credential().createdAt().plus(UNTIL_LOST);
    if (call.at().isBefore(again)) {
      throw TOKEN_NAME.refused(
          "“" + old.name() + "” was rotated a moment ago; where that answer was"
              + " lost, call again at " + again + " or later.");
    }
    if (GRACE.from(call) == 0) {
      throw GRACE.refused("this answer may be lost as the one before was; give 60 or more, and"
          + " revoke the old value by the new one.");
    }
    return lost;
  }

  private static Credential judged(Call call, String name, Named found) {
    var caller = call.caller();
    var before = found.tokens().stream().findFirst();
    // The new value would outlive the session, and so whoever has stolen a cookie would not lose
    // it.
    var isOwn = caller.session().isEmpty()
        && OwnToken.isOfCallersUser(call)
        && before
            .filter(token -> token.digest().equals(caller.credential().digest()))
            .isPresent();
    if (!isOwn && !caller.holds(Privilege.MANAGE_API_TOKENS)) {
      throw TOKEN_NAME.refused(
          "rotating another token than the one that makes the call, or any in a session, requires"
              + " the privilege “manage-api-tokens”, which this call's token does not have.");
    }
    var token =
        before.orElseThrow(() -> TOKEN_NAME.refused("you have no token named “" + name + "”."));
    if (token.expiredAt(call.at())) {
      throw TOKEN_NAME.refused("“" + name + "” expired at "
          + token.scope().expiresAt().orElseThrow() + "; api_token_create makes a new one.");
    }
    if (OldValues.isOne(token) && !isOwn) {
      throw TOKEN_NAME.refused(OldValues.said(token) + "; rotate the token that took its place.");
    }
    TokenParameters.refuseBeyondCaller(
        GivenQuota.cappedAt(caller.scope(), token.scope()).within(caller.user().privileges()),
        caller);
    return token;
  }

  /** Whoever loses this answer would have lost the last token with {@code all}. */
  private static Optional<Credential> vouching(
      Optional<Credential> witness, Credential before, Named found) {
    return found.decide(() -> {
      if (witness.isEmpty()) {
        throw GRACE.refused("“" + before.name()
            + "” is the last token with “all”, and nobody could make another if this answer were lost;"
            + " give 60 or more, and revoke the old value by the new one.");
      }
      return witness;
    });
  }

  /** As it is now, if it has a quota to share. */
  private Uni<Optional<Used>> used(Credential token) {
    return token.scope().quota().isEmpty()
        ? Uni.createFrom().item(Optional.empty())
        : credentials.find(token.user(), token.digest()).map(found -> {
          if (found
              .filter(used -> used.credential().revision().equals(token.revision()))
              .isEmpty()) {
            throw new Changed();
          }
          return found;
        });
  }

  private Uni<Void> commit(Call call, Rotation rotation, Optional<Credential> witness) {
    var user = rotation.before().user();
    Supplier<Uni<Void>> attempt = () -> change.commit(
        call, user, describe(rotation), List.of(rotation.successor().digest()), in -> {
          tokens.rotate(
              in,
              rotation,
              old -> TOKEN_NAME.refused("you have a token named “" + old
                  + "” already, which the old value would be named."));
          tokens.checkWitness(in, witness, call);
          if (isOneMore(rotation)) {
            limits.add(in, user, Limited.TOKENS);
          }
        });
    return !isOneMore(rotation)
        ? attempt.get()
        : limits.within(user, Limited.TOKENS, () -> tokens.count(user), attempt);
  }

  private static boolean isOneMore(Rotation rotation) {
    return rotation.old().isPresent() && rotation.lost().isEmpty();
  }

  /** The value is in no table, and so in no second answer. */
  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    return credentials
        .find(call.caller().user().name(), first.made())
        .map(found -> found.stream()
            .findFirst()
            .orElseThrow(() -> first.over("The new value was revoked or rotated since.")))
        .chain(token -> withLeft(
            call,
            token,
            token,
            Answer.failed(
                "Request " + first.request() + " gave “" + token.name() + "” a new value at "
                    + first.at() + ", which was shown once, in that answer. "
                    + (GRACE.from(call) == 0
                        ? "The old value is revoked; a"
                        : "Until a call is made by it, the old value can be rotated again, with another"
                            + " key, while its grace lasts; a")
                    + " token that has manage-api-tokens can revoke or rotate it at any time.",
                TokenData.withAclArray(token))));
  }

  private static String describe(Rotation rotation) {
    var fate = rotation
        .old()
        .map(old -> "is “" + old.name() + "” until " + old.scope().expiresAt().orElseThrow())
        .orElse("is revoked");
    var again = rotation
        .lost()
        .map(lost -> "again, as the one before, token " + lost.id() + ", made no call")
        .map(why -> " " + why)
        .orElse("");
    return "“" + rotation.successor().name() + "” has a new value" + again + ", the old one " + fate
        + ": " + TokenData.describe(rotation.successor());
  }

  private static Answer answer(Rotation rotation, TokenValue value) {
    var old = rotation.old();
    return Answer.of(TokenData.withAclArray(rotation.successor())
        .with("token", value.reveal())
        .with("rotated_name", Data.orNull(old.map(kept -> Data.text(kept.name()))))
        .with(
            "rotated_expires_at",
            Data.orNull(old.flatMap(kept -> kept.scope().expiresAt())
                .map(end -> Data.number(end.getEpochSecond())))));
  }
}
