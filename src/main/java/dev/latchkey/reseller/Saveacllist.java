package dev.latchkey.reseller;

import static dev.latchkey.api.Permission.CHANGE_ACL_LISTS;
import static dev.latchkey.api.Permission.READ_USERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.User;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** WHM API 1, saveacllist: what is not named stays as it is on the list, or is not on a new one. */
@Singleton
@Path(Saveacllist.NAME)
public final class Saveacllist extends WhmFunction {
  static final String NAME = "saveacllist";

  private static final Parameter<String> LIST = Parameter.required(
      "acllist", ParameterType.text(AclList::name), "The list's name, new or of a list there is.");

  private static final Parameter<Boolean> DELETE = Parameter.defaulting(
      "api.delete",
      ParameterType.FLAG,
      false,
      "1 to delete the list (an extension); resellers keep what they have by it.");

  private final AclListTable lists;
  private final Change change;
  private final LimitTable limits;

  @Inject
  Saveacllist(AclListTable lists, Change change, LimitTable limits) {
    super(Declaration.of(NAME, "Saves a list of privileges, for setacls.")
        .numbered(64)
        .requires(Privilege.ALL)
        .changes()
        .needs(CHANGE_ACL_LISTS, READ_USERS)
        .takes(Stream.concat(Stream.of(LIST, DELETE), AclParameters.ofLists())
            .toArray(Parameter[]::new))
        .checks(AclParameters.MEANT)
        .answersNothing());
    this.lists = lists;
    this.change = change;
    this.limits = limits;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var name = LIST.from(call);
    var wanted = AclParameters.forList(call);
    if (DELETE.from(call)) {
      if (!wanted.isEmpty()) {
        throw DELETE.refused("cannot be combined with “acl-NAME”; send only one of them.");
      }
      return Change.retrying(() -> lists.find(name).chain(found -> delete(call, name, found)))
          .replaceWith(() -> Answer.saying("ACL List " + name + " deleted."));
    }
    if (wanted.isEmpty()) {
      throw LIST.refused(
          "requires “acl-NAME”: name what is to be on the list (acl-list-accts=1) or off it (acl-list-accts=0).");
    }
    return Change.retrying(() -> lists.find(name).chain(found -> save(call, name, found, wanted)))
        .replaceWith(() -> Answer.saying("ACL List " + name + " saved."));
  }

  private Uni<Void> save(
      Call call, String name, Optional<AclList> found, Map<Privilege, Boolean> wanted) {
    var after = found.orElseGet(() -> AclList.empty(name)).with(wanted, call.request());
    var what = "saved the list of privileges “" + name + "”: " + after.described();
    return found
        .map(before -> after.privileges().equals(before.privileges())
            ? Uni.createFrom().voidItem()
            : change.commit(
                call, User.ROOT, what, in -> lists.change(in, before, after, Changed::new)))
        .orElseGet(() -> limits.within(
            User.ROOT,
            Limited.ACL_LISTS,
            () -> lists.all().map(all -> all.read().size() + all.damaged().size()),
            () -> change.commit(call, User.ROOT, what, in -> {
              lists.create(in, after, Changed::new);
              limits.add(in, User.ROOT, Limited.ACL_LISTS);
            })));
  }

  private Uni<Void> delete(Call call, String name, Optional<AclList> found) {
    if (found.isEmpty() && call.isDone(Stamp.WHOLE)) {
      return Uni.createFrom().voidItem();
    }
    return found
        .map(before ->
            change.commit(call, User.ROOT, "deleted the list of privileges “" + name + "”", in -> {
              lists.delete(in, before, Changed::new);
              limits.remove(in, User.ROOT, Limited.ACL_LISTS, 1);
            }))
        .orElseThrow(() -> LIST.refused("there is no list “" + name + "”."));
  }
}
