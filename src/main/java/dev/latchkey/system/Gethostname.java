package dev.latchkey.system;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.settings.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.function.UnaryOperator;

/** WHM API 1, gethostname: the name under which this deployment is reached. */
@Singleton
@Path(Gethostname.NAME)
public final class Gethostname extends WhmFunction {
  static final String NAME = "gethostname";

  private final String hostname;

  @Inject
  Gethostname(Settings settings) {
    super(Declaration.of(NAME, "Tells the name of the host that serves the API.")
        .numbered(17)
        .forAnyCaller()
        .needsNothingMore()
        .answers(Field.text("hostname", "The host name that the API is reached by."))
        .alsoInApiZero(UnaryOperator.identity()));
    hostname = settings.hostname();
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return Uni.createFrom().item(Answer.of(Data.hash().with("hostname", hostname)));
  }
}
