package dev.latchkey.reseller;

import static dev.latchkey.api.Permission.READ_USERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.UserTable;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/** WHM API 1, listresellers: their names, suspended ones too. */
@Singleton
@Path(Listresellers.NAME)
public final class Listresellers extends WhmFunction {
  static final String NAME = "listresellers";

  private final UserTable users;

  @Inject
  Listresellers(UserTable users) {
    super(Declaration.of(NAME, "Lists the resellers.")
        .numbered(62)
        .requires(Privilege.ALL)
        .needs(READ_USERS)
        .answers(Field.texts("reseller", "Their user names, in alphabetical order.")));
    this.users = users;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return users
        .resellers()
        .map(names -> Answer.of(Data.hash().with("reseller", Data.texts(names))));
  }
}
