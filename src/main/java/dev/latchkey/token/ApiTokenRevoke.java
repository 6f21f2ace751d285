package dev.latchkey.token;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.CHANGE_TOKENS;
import static dev.latchkey.api.Permission.RUN_COMMAND;
import static java.util.stream.Collectors.joining;

import dev.latchkey.access.Credential;
import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.GivenEnding;
import dev.latchkey.delivery.GivenEnding.Ended;
import dev.latchkey.server.GivenTable;
import dev.latchkey.server.GivenTable.Ending;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.token.TokenTable.Named;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * WHM API 1, api_token_revoke: one token or several, all at once. Of several names the ones that exist are revoked, and
 * then the call fails naming the others; a name that can be none revokes nothing.
 */
@Singleton
@Path(ApiTokenRevoke.NAME)
public final class ApiTokenRevoke extends WhmFunction {
  static final String NAME = "api_token_revoke";

  /** Two items a token, the conditions and the audit entry stay below the 100 of a DynamoDB transaction. */
  private static final int MOST = 40;

  private static final Parameter<List<TokenName>> TOKEN_NAMES = Parameter.requiredSeveral(
      "token_name",
      TokenParameters.NAME,
      "The names of the tokens to revoke, 1 to " + MOST + " of them.");

  private static final Parameter<Boolean> END_GRANTS = Parameter.defaulting(
      "api.end_grants",
      ParameterType.FLAG,
      false,
      "1 to end what these tokens have granted by ticket_grant, too (an extension); it requires the privilege support-access.");

  private final GivenTable given;
  private final GivenEnding ending;
  private final Clock clock;
  private final TokenTable tokens;
  private final LeftValues left;
  private final Change change;
  private final LimitTable limits;

  @Inject
  ApiTokenRevoke(
      TokenTable tokens,
      LeftValues left,
      GivenTable given,
      GivenEnding ending,
      Change change,
      LimitTable limits,
      Clock clock) {
    super(Declaration.of(NAME, "Revokes API tokens; their next calls are refused.")
        .numbered(4)
        .requires(Privilege.MANAGE_API_TOKENS)
        .closes()
        .needs(CHANGE_TOKENS, CHANGE_SERVERS, RUN_COMMAND)
        .takes(TOKEN_NAMES, END_GRANTS, ServerParameters.WAIT)
        .answers(
            Field.number(
                    "ended_grants",
                    "With api.end_grants (an extension): how many grants of the tokens were ended that still stood.")
                .optional(),
            Field.number(
                    "revoked_keys",
                    "With api.end_grants (an extension): of how many their servers have proven that nothing is left.")
                .optional(),
            OldValues.LEFT)
        .orNothing());
    this.given = given;
    this.ending = ending;
    this.clock = clock;
    this.tokens = tokens;
    this.left = left;
    this.change = change;
    this.limits = limits;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var names = TOKEN_NAMES.from(call).stream().map(TokenName::value).distinct().toList();
    if (names.size() > MOST) {
      throw TOKEN_NAMES.refused(
          names.size() + " names are given; at most " + MOST + " are revoked at once.");
    }
    if (END_GRANTS.from(call) && !call.caller().holds(Privilege.SUPPORT_ACCESS)) {
      throw END_GRANTS.refused(
          "requires the privilege “support-access”, which the token of this call does not have.");
    }
    return Change.retrying(tries -> tokens
            .named(call.caller().user().name(), names, tries == 0)
            .chain(known -> revoke(call, names, known)))
        .chain(revoked -> revoked
            .grants()
            .map(grants -> endGrants(call, revoked, grants))
            .orElseGet(() -> Uni.createFrom().item(() -> answer(revoked)))
            .chain(answer -> withLeft(call, revoked.lines(), answer)));
  }

  private Uni<Answer> withLeft(Call call, Set<String> lines, Answer answer) {
    return left.told(
        answer, call, lines, old -> true, "it was not revoked, as it has a name of its own.");
  }

  /**
   * What was revoked.
   *
   * @param unknown the other names, of which there are no tokens, as a refusal has them; empty for none
   * @param lines of which old values may be left
   * @param grants of the tokens, if they are to end
   */
  private record Revoked(
      Optional<WhmFailure> unknown, Set<String> lines, Optional<Ending> grants) {}

  /** Some were revoked all the same, and so the failure has something to show: what is left of them. */
  private static Answer answer(Revoked revoked) {
    return revoked
        .unknown()
        .map(failure -> Answer.failed(failure.getMessage()))
        .orElseGet(() -> Answer.of(Data.hash()));
  }

  /** The tokens are gone by now, so that nothing is added to what they gave. */
  private Uni<Answer> endGrants(Call call, Revoked revoked, Ending grants) {
    var author = Author.internal(NAME, call.at(), call.request() + "+grants");
    return ending
        .end(grants, author, call.request(), ServerParameters.patience(call, clock.instant()))
        .map(ended -> answer(revoked, ended));
  }

  private static Answer answer(Revoked revoked, Ended ended) {
    var data = Data.hash().with("ended_grants", ended.ended()).with("revoked_keys", ended.proven());
    var problems = Stream.concat(
            revoked.unknown().map(Throwable::getMessage).stream(),
            ended.left().isEmpty()
                ? Stream.<String>of()
                : Stream.concat(Stream.of("The tokens were revoked."), ended.left().stream()))
        .toList();
    return problems.isEmpty() ? Answer.of(data) : Answer.failed(String.join(" ", problems), data);
  }

  /** For a repeat: which tokens, by the ids of their lines and by name. */
  private static List<String> named(List<Credential> tokens) {
    return tokens.stream()
        .map(token -> token.succession().line() + " " + token.name())
        .toList();
  }

  /** It revokes none that has one of these names by now, and goes on with what the first ones had granted by then. */
  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    var names = TOKEN_NAMES.from(call).stream().map(TokenName::value).distinct().toList();
    var ids =
        first.made().stream().map(made -> made.split(" ", 2)[0]).distinct().toList();
    var gone = first.made().stream().map(made -> made.split(" ", 2)[1]).toList();
    var refusal = refusal(names, gone);
    var lines = Set.copyOf(ids);
    var revoked = new Revoked(refusal, lines, Optional.empty());
    var done = END_GRANTS.from(call)
        ? given
            .ending(ids, first.at())
            .chain(found -> found
                .map(ending -> endGrants(call, revoked, ending))
                .orElseGet(() -> Uni.createFrom().item(answer(revoked, Ended.NOTHING))))
        : Uni.createFrom().item(() -> answer(revoked));
    return done.chain(answer -> withLeft(call, lines, answer));
  }

  private static Optional<WhmFailure> refusal(List<String> names, List<String> known) {
    var unknown = names.stream()
        .filter(name -> !known.contains(name))
        .map(name -> "“" + name + "”")
        .collect(joining(", "));
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(TOKEN_NAMES.refused("you have no token named " + unknown
            + (known.isEmpty() ? "." : "; the others were revoked.")));
  }

  private Uni<Revoked> revoke(Call call, List<String> names, Named known) {
    var tokens = known.tokens();
    var refusal = refusal(names, tokens.stream().map(Credential::name).toList());
    if (tokens.isEmpty()) {
      throw refusal.orElseThrow();
    }
    return revoke(call, known).map(grants -> new Revoked(refusal, OldValues.lines(tokens), grants));
  }

  private Uni<Optional<Ending>> revoke(Call call, Named known) {
    var within = known.decide(() -> withinCaller(call, known.tokens()));
    var atStake = within.stream()
        .filter(token -> LastAllToken.isAtStake(token, call.at()))
        .findFirst();
    return atStake.isEmpty()
        ? revoke(call, within, Optional.empty())
        : tokens
            .witness(call, within)
            .map(witness -> known.decide(() -> {
              if (witness.isEmpty()) {
                throw TOKEN_NAMES.refused(LastAllToken.refusal(atStake.get().name()));
              }
              return witness;
            }))
            .chain(witness -> revoke(call, within, witness));
  }

  private static List<Credential> withinCaller(Call call, List<Credential> known) {
    var ofUser = call.caller().user().privileges();
    known.forEach(token -> TokenParameters.refuseBeyondCaller(
        GivenQuota.cappedAt(call.caller().scope(), token.scope()).within(ofUser), call.caller()));
    return known;
  }

  private Uni<Optional<Ending>> revoke(
      Call call, List<Credential> known, Optional<Credential> witness) {
    var user = call.caller().user().name();
    var endsGrants = END_GRANTS.from(call);
    var what = known.stream()
        .map(token -> "“" + token.name() + "”")
        .collect(joining(", ", "revoked ", endsGrants ? ", with what they granted" : ""));
    var noted = new AtomicReference<Ending>();
    return change
        .commit(call, user, what, named(known), in -> {
          known.forEach(token -> tokens.revoke(in, token));
          limits.remove(in, user, Limited.TOKENS, known.size());
          tokens.checkWitness(in, witness, call);
          if (endsGrants) {
            var lines = known.stream()
                .map(token -> token.succession().line())
                .distinct()
                .toList();
            var ids = known.stream().map(Credential::id).toList();
            noted.set(given.end(in, lines, ids, call.at()));
          }
        })
        .replaceWith(() -> Optional.ofNullable(noted.get()));
  }
}
