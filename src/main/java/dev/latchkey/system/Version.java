package dev.latchkey.system;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.settings.Release;
import dev.latchkey.settings.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/** WHM API 1, version: the WHM level that is spoken, which clients compare with, and our own beside it. */
@Singleton
@Path(Version.NAME)
public final class Version extends WhmFunction {
  static final String NAME = "version";

  private final Data.Hash data;

  @Inject
  Version(Settings settings) {
    super(Declaration.of(NAME, "Tells the version of WHM whose API is spoken, and Latchkey's.")
        .numbered(36)
        .forAnyCaller()
        .needsNothingMore()
        .answers(
            Field.text("version", "The version of WHM whose API is spoken."),
            Field.text(
                "latchkey_version",
                "The version of Latchkey and the commit that it was built of (an extension)."))
        .alsoInApiZero(data -> Data.hash().with("version", data.entries().get("version"))));
    data = Data.hash().with("version", settings.version()).with("latchkey_version", Release.NAME);
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return Uni.createFrom().item(Answer.of(data));
  }
}
