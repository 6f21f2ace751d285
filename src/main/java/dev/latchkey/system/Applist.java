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
import java.util.function.UnaryOperator;

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
        .forAnyCaller()
        .needsNothingMore()
        .answers(Field.texts("app", "The names of the functions, in alphabetical order."))
        .alsoInApiZero(UnaryOperator.identity()));
    this.functions = functions;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var mine = functions.get().declarations().stream()
        .filter(function -> function.privilege().map(call.caller()::holds).orElse(true))
        .map(Declaration::name)
        .toList();
    return Uni.createFrom().item(Answer.of(Data.hash().with("app", Data.texts(mine))));
  }
}
