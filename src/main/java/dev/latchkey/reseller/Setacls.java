package dev.latchkey.reseller;

import static dev.latchkey.api.Permission.CHANGE_USERS;
import static dev.latchkey.api.Permission.READ_USERS;
import static java.util.stream.Collectors.joining;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Profile;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.data.Data;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * WHM API 1, setacls: what a reseller may do, by the names of privileges, of which those that are not named stay, or by a
 * saved list, which takes the place of all. A call that names nothing is refused: billing panels send such calls, and would
 * take every privilege of a new customer away.
 */
@Singleton
@Path(Setacls.NAME)
public final class Setacls extends WhmFunction {
  static final String NAME = "setacls";

  private static final Parameter<Optional<ResellerName>> RESELLER =
      Parameter.optional("reseller", ResellerParameters.NAME, "The reseller's user name.");

  private static final Parameter<Optional<ResellerName>> USER =
      Parameter.optional("user", ResellerParameters.NAME, "Another name of “reseller”.");

  private final Resellers resellers;
  private final AclListTable lists;

  @Inject
  Setacls(Resellers resellers, AclListTable lists) {
    super(Declaration.of(NAME, "Gives a reseller privileges, and takes them away.")
        .numbered(65)
        .requires(Privilege.ALL)
        .changes()
        .needs(CHANGE_USERS, READ_USERS)
        .takes(
            Stream.concat(Stream.of(RESELLER, USER, AclParameters.LIST), AclParameters.ofSetacls())
                .toArray(Parameter[]::new))
        .checks(AclParameters.MEANT)
        .answers(Field.texts("acl", "The privileges that the reseller has now.")
            .atMost(Privilege.values().length))
        .alsoInApiZero(DoneInApiZero.saying(
            "Reseller Acls Saved", data -> Data.hash().with("acls", data.get("acl")))));
    this.resellers = resellers;
    this.lists = lists;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var name = name(call);
    var wanted = AclParameters.forReseller(call);
    var list = AclParameters.LIST.from(call);
    if (wanted.isEmpty() == list.isEmpty()) {
      throw AclParameters.LIST.refused(
          wanted.isEmpty()
              ? "is missing, and so is “acl-NAME”; nothing was changed. Name what is to be given (acl-list-accts=1) or taken away (acl-list-accts=), or a saved list."
              : "cannot be combined with “acl-NAME”; send only one of them.");
    }
    return Change.retrying(() -> resellers
            .findLasting(call, RESELLER, name)
            .chain(before ->
                privileges(before, wanted, list).chain(after -> set(call, before, after))))
        .map(after -> Answer.of(
            Data.hash().with("acl", Data.texts(after.user().privileges().acls()))));
  }

  private static ResellerName name(Call call) {
    var reseller = RESELLER.from(call);
    var user = USER.from(call);
    if (reseller.isPresent() && user.isPresent() && !reseller.equals(user)) {
      throw USER.refused("is another name of “reseller”, and the two differ; give one of them.");
    }
    return reseller
        .or(() -> user)
        .orElseThrow(() -> RESELLER.refused("is missing; the reseller's user name."));
  }

  private Uni<Privileges> privileges(
      Profile of, Map<Privilege, Boolean> wanted, Optional<String> list) {
    return list.map(name -> lists
            .find(name)
            .map(found -> Privileges.of(found
                .orElseThrow(() -> AclParameters.LIST.refused("there is no list “" + name + "”."))
                .privileges())))
        .orElseGet(() -> Uni.createFrom().item(() -> changed(of, wanted)));
  }

  private static Privileges changed(Profile of, Map<Privilege, Boolean> wanted) {
    var held = of.user().privileges();
    var after = held.with(wanted);
    wanted.forEach((privilege, isGiven) -> {
      if (!isGiven && after.grants(privilege)) {
        throw WhmFailure.refused("“" + of.user().name() + "” has “all”, which grants “"
            + privilege.acl()
            + "” as well; take it away by “acl-all=”, and name those that stay.");
      }
    });
    return after;
  }

  private Uni<Profile> set(Call call, Profile before, Privileges after) {
    if (after.equals(before.user().privileges())) {
      return Uni.createFrom().item(before);
    }
    if (after.equals(Privileges.NONE)) {
      throw WhmFailure.refused(
          "“" + before.user().name()
              + "” would have no privilege any more; name those that stay, or suspend it with suspendreseller.");
    }
    return resellers.change(
        call, before, before.holding(after, call.request()), "privileges: " + described(after));
  }

  private static String described(Privileges privileges) {
    return privileges.acls().isEmpty() ? "none" : privileges.acls().stream().collect(joining(", "));
  }
}
