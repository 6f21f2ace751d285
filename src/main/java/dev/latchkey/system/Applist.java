package dev.latchkey.system;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Functions;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.LinkedHashMap;
import java.util.stream.Collectors;

/** WHM API 1, applist: only the functions that the caller may call. */
@Singleton
@Path(Applist.NAME)
public final class Applist extends WhmFunction {
  static final String NAME = "applist";

  private final Provider<Functions> functions;

  /** @param functions asked for later: this function is one of them */
  @Inject
  Applist(Provider<Functions> functions) {
    super(Declaration.of(NAME, "Lists the functions that you may call, by name.")
        .numbered(6)
        .forAnyCaller()
        .needsNothingMore()
        .answers(
            Field.texts("app", "The names of the functions, in alphabetical order."),
            Field.textsByName(
                "privileges",
                "The privilege that each of them requires, by function (an extension); one that any caller may call is not in it."))
        .alsoInApiZero(data -> ofApiZero(data, functions.get())));
    this.functions = functions;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var mine = functions.get().declarations().stream()
        .filter(function -> function.privilege().map(call.caller()::holds).orElse(true))
        .toList();
    var privileges = new LinkedHashMap<String, Data>();
    mine.forEach(function -> function
        .privilege()
        .ifPresent(required -> privileges.put(function.name(), Data.text(required.acl()))));
    return Uni.createFrom()
        .item(Answer.of(Data.hash()
            .with("app", Data.texts(mine.stream().map(Declaration::name).toList()))
            .with("privileges", new Data.Hash(privileges))));
  }

  /** Those of the list that API 0 serves: whoever lists there calls there. */
  private static Data.Hash ofApiZero(Data.Hash data, Functions functions) {
    var served = functions.declarations().stream()
        .filter(function -> function.apiZero().isPresent())
        .map(function -> Data.text(function.name()))
        .collect(Collectors.toSet());
    var all = (Data.Sequence) data.entries().get("app");
    return Data.hash()
        .with(
            "app",
            new Data.Sequence(all.items().stream().filter(served::contains).toList()));
  }
}
