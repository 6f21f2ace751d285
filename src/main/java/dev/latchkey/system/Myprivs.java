package dev.latchkey.system;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.FieldType.ByName;
import dev.latchkey.api.FieldType.ListOf;
import dev.latchkey.api.FieldType.Simple;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.LinkedHashMap;
import java.util.List;

/** WHM API 1, myprivs: every privilege there is, 1 where this call's token and user both have it. */
@Singleton
@Path(Myprivs.NAME)
public final class Myprivs extends WhmFunction {
  static final String NAME = "myprivs";

  @Inject
  Myprivs() {
    super(Declaration.of(NAME, "Tells which privileges you have.")
        .numbered(19)
        .asTool()
        .forAnyCaller()
        .needsNothingMore()
        .answers(Field.of(
            "privileges",
            new ListOf(new ByName(Simple.FLAG)),
            "A list of one hash: each privilege there is, 1 if you have it, 0 if not."))
        .alsoInApiZero(data -> Data.hash().with("privs", privileges(data))));
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var privileges = new LinkedHashMap<String, Data>();
    for (var privilege : Privilege.values()) {
      privileges.put(privilege.acl(), Data.flag(call.caller().holds(privilege)));
    }
    // An array that holds one hash: so WHM, and the reducers of its clients.
    return Uni.createFrom()
        .item(Answer.of(
            Data.hash().with("privileges", new Data.Sequence(List.of(new Data.Hash(privileges))))));
  }

  private static Data privileges(Data.Hash data) {
    return ((Data.Sequence) data.entries().get("privileges")).items().get(0);
  }
}
