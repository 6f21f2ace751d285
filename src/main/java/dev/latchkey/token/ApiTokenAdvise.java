package dev.latchkey.token;

import static dev.latchkey.api.Permission.READ_TOKENS;
import static dev.latchkey.api.Permission.READ_USAGE;

import dev.latchkey.access.Credential;
import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.Month;
import dev.latchkey.access.Predecessor;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.Used;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Functions;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.store.Unis;
import dev.latchkey.usage.UserCalls;
import dev.latchkey.usage.UserCalls.Together;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Says which privileges a token could do without, as far as the counters of its calls tell. */
@Singleton
@Path(ApiTokenAdvise.NAME)
public final class ApiTokenAdvise extends WhmFunction {
  static final String NAME = "api_token_advise";

  private static final Parameter<Optional<TokenName>> TOKEN_NAME = Parameter.optional(
      "token_name",
      TokenParameters.NAME,
      "The token's name; by default that of the token that makes the call.");

  private final TokenTable tokens;
  private final CredentialTable credentials;
  private final UserCalls calls;
  private final Provider<Functions> functions;

  /** @param functions asked for later: this function is one of them */
  @Inject
  ApiTokenAdvise(
      TokenTable tokens,
      CredentialTable credentials,
      UserCalls calls,
      Provider<Functions> functions) {
    super(Declaration.of(NAME, "Says which privileges an API token has used, and could do without.")
        .numbered(76)
        .requires(Privilege.MANAGE_API_TOKENS)
        .extension()
        .needs(READ_TOKENS, READ_USAGE)
        .takes(TOKEN_NAME)
        .answers(
            Field.text("name", "The token's name."),
            Field.time(
                "since",
                "From when on its calls are known: from the first of last month (UTC), or since it was created, if that was later; those of the eight values that api_token_rotate replaced last are its own."),
            Field.time("until", "Until when: now."),
            Field.number("calls", "How many calls were made with it in that time."),
            Field.texts("acls", "The privileges that it holds.").atMost(Privilege.values().length),
            Field.texts(
                    "needed_acls",
                    "Those that cover what it called; null if that is too little to advise anything.")
                .atMost(Privilege.values().length)
                .orNull(),
            Field.texts("unused_acls", "Those that it did not need; null with needed_acls.")
                .atMost(Privilege.values().length)
                .orNull(),
            Field.list(
                "functions",
                "What it called, calls that were refused included.",
                Field.text("function", "The function's name."),
                Field.number("calls", "How often."),
                Field.text("acl", "The privilege that it requires; null for none.")
                    .orNull()),
            Field.text(
                    "command", "The call that narrows it; null where there is nothing to narrow.")
                .orNull(),
            Field.texts(
                "non_fatals", "What the counters do not tell, and why nothing is advised.")));
    this.tokens = tokens;
    this.credentials = credentials;
    this.calls = calls;
    this.functions = functions;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var user = call.caller().user().name();
    var name = TOKEN_NAME
        .from(call)
        .map(TokenName::value)
        .orElseGet(() -> OwnToken.name(call, TOKEN_NAME));
    return tokens
        .named(user, List.of(name), true)
        .chain(found -> found.tokens().stream()
            .findFirst()
            .map(token -> credentials.find(user, token.digest()))
            .orElseGet(() -> Uni.createFrom().item(Optional.empty())))
        .map(found ->
            found.orElseThrow(() -> TOKEN_NAME.refused("you have no token named “" + name + "”.")))
        .chain(used -> before(used.credential(), call).map(before -> answer(used, before, call)));
  }

  /** What the tokens called whose place it took, as far as advice goes back. */
  private Uni<Together> before(Credential token, Call call) {
    var month = Month.of(call.at());
    return Unis.all(
            List.of(month.previous(), month),
            each -> calls.sum(token.user(), each, predecessors(token, each)))
        .map(both -> both.get(0).plus(both.get(1)));
  }

  /** Those that there were in that month. */
  private static List<String> predecessors(Credential token, Month month) {
    return token.succession().predecessors().stream()
        .filter(one -> one.createdAt().isBefore(month.end()))
        .map(Predecessor::id)
        .toList();
  }

  private Answer answer(Used used, Together before, Call call) {
    var required = new LinkedHashMap<Integer, Privilege>();
    functions
        .get()
        .declarations()
        .forEach(function -> function
            .privilege()
            .ifPresent(privilege -> required.put(function.number(), privilege)));
    var advice = Advice.of(used, before.calls(), before.isAll(), required, call.at());
    var token = used.credential();
    return Answer.of(Data.hash()
        .with("name", token.name())
        .with("since", advice.since().getEpochSecond())
        .with("until", call.at().getEpochSecond())
        .with(
            "calls", advice.calls().values().stream().mapToLong(Long::longValue).sum())
        .with("acls", Data.texts(token.scope().privileges().acls()))
        .with("needed_acls", acls(advice.needed()))
        .with("unused_acls", acls(advice.unused()))
        .with("functions", called(advice))
        .with("command", Data.orNull(advice.command(token.name()).map(Data::text)))
        .with("non_fatals", Data.texts(advice.remarks())));
  }

  private static Data acls(Optional<List<Privilege>> privileges) {
    return Data.orNull(
        privileges.map(all -> Data.texts(all.stream().map(Privilege::acl).toList())));
  }

  /** A number that no function has stands for calls of functions that do not exist. */
  private Data.Sequence called(Advice advice) {
    return new Data.Sequence(advice.calls().entrySet().stream()
        .<Data>map(entry -> {
          var function = functions.get().numbered(entry.getKey());
          return Data.hash()
              .with("function", function.map(Declaration::name).orElse("(none that exists)"))
              .with("calls", entry.getValue())
              .with(
                  "acl",
                  Data.orNull(function
                      .flatMap(Declaration::privilege)
                      .map(privilege -> Data.text(privilege.acl()))));
        })
        .toList());
  }
}
