package dev.latchkey.reseller;

import static dev.latchkey.api.Permission.READ_USERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.FieldType.ByName;
import dev.latchkey.api.FieldType.Simple;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.LinkedHashMap;

/** WHM API 1, listacls: the saved lists, each with every privilege that a list may have. */
@Singleton
@Path(Listacls.NAME)
public final class Listacls extends WhmFunction {
  static final String NAME = "listacls";

  private final AclListTable lists;

  @Inject
  Listacls(AclListTable lists) {
    super(Declaration.of(NAME, "Lists the saved lists of privileges.")
        .numbered(63)
        .requires(Privilege.ALL)
        .needs(READ_USERS)
        .answers(Field.list(
            "acl",
            "The lists, by name.",
            Field.text("name", "The list's name."),
            Field.of(
                "privileges",
                new ByName(Simple.FLAG),
                "Each privilege that a list may have: 1 if it is on the list, 0 if not."))));
    this.lists = lists;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return lists
        .all()
        .map(all -> Answer.of(Data.hash()
            .with(
                "acl",
                new Data.Sequence(all.read().stream().<Data>map(Listacls::show).toList()))));
  }

  private static Data.Hash show(AclList list) {
    var privileges = new LinkedHashMap<String, Data>();
    AclNames.OF_LISTS.forEach(
        (acl, privilege) -> privileges.put(acl, Data.flag(list.privileges().contains(privilege))));
    privileges.put(AclNames.FRONTPAGE, Data.flag(false));
    return Data.hash().with("name", list.name()).with("privileges", new Data.Hash(privileges));
  }
}
