package dev.latchkey.token;

import static dev.latchkey.api.Permission.READ_TOKENS;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Used;
import dev.latchkey.access.User;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.list.AskedPage;
import dev.latchkey.store.Items;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/** WHM API 1, api_token_list: a hash of tokens by name, never their values; expired ones too. A chunk is one of the names. */
@Singleton
@Path(ApiTokenList.NAME)
public final class ApiTokenList extends WhmFunction {
  static final String NAME = "api_token_list";

  private final TokenTable tokens;

  @Inject
  ApiTokenList(TokenTable tokens) {
    super(Declaration.of(NAME, "Lists your API tokens.")
        .numbered(3)
        .requires(Privilege.MANAGE_API_TOKENS)
        .needs(READ_TOKENS)
        .answers(
            Field.byName(
                "tokens",
                "Your tokens by name, expired ones too.",
                Field.all(TokenData.WITH_ACL_HASH, TokenData.USE)),
            Field.texts(
                    "non_fatals",
                    "Names tokens that are damaged in the table and not listed; left out if there are none (an extension).")
                .optional()));
    this.tokens = tokens;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var user = call.caller().user();
    return AskedPage.ofHash(call.arguments())
        .map(page -> tokens
            .listed(user.name(), page)
            .map(listed -> answer(listed.tokens(), user, call.at()).pageOf(listed.names())))
        .orElseGet(() -> tokens.listed(user.name()).map(all -> answer(all, user, call.at())));
  }

  private static Answer answer(Items<Used> tokens, User of, Instant now) {
    var answer = Data.hash().with("tokens", byName(tokens.read(), of.privileges(), now));
    return Answer.of(
        tokens.damaged().isEmpty()
            ? answer
            : answer.with("non_fatals", Remarks.data(tokens.remarks().stream())));
  }

  private static Data.Hash byName(List<Used> tokens, Privileges ofUser, Instant now) {
    var byName = new LinkedHashMap<String, Data>();
    tokens.stream()
        .sorted(Comparator.comparing(used -> used.credential().name()))
        .forEach(used -> byName.put(
            used.credential().name(),
            TokenData.withUse(TokenData.withAclHash(used.credential(), ofUser), used, now)));
    return new Data.Hash(byName);
  }
}
