package dev.latchkey.reseller;

import static java.util.stream.Collectors.joining;

import dev.latchkey.access.Profile;
import dev.latchkey.access.Profile.End;
import dev.latchkey.access.User;
import dev.latchkey.access.UserTable;
import dev.latchkey.api.Call;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.change.Author;
import dev.latchkey.change.Belongings;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerTable;
import dev.latchkey.server.TicketedGrants;
import dev.latchkey.store.ReadOnly;
import dev.latchkey.store.Transaction;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.Serial;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Removes a reseller, in steps that another call goes on with where one breaks off: it is suspended for good first, then what
 * it has goes, and then it. So nothing of it is left that a reseller of the same name could find.
 */
@Singleton
class Removal {
  /** Each of 40 tokens. */
  private static final int MOST_STEPS = 50;

  private static final int MOST_NAMED = 10;

  private final Resellers resellers;
  private final UserTable users;
  private final ServerTable servers;
  private final TicketedGrants granted;
  private final List<Belongings> belongings;
  private final LimitTable limits;
  private final Change change;

  @Inject
  Removal(
      Resellers resellers,
      UserTable users,
      ServerTable servers,
      TicketedGrants granted,
      @All List<Belongings> belongings,
      LimitTable limits,
      Change change) {
    this.resellers = resellers;
    this.users = users;
    this.servers = servers;
    this.granted = granted;
    this.belongings = belongings;
    this.limits = limits;
    this.change = change;
  }

  /**
   * @param forGood whether nobody may have the name again
   * @return whether all of it is gone, whoever removed it
   * @throws WhmFailure while it has servers, or access that its tickets gave stands
   */
  Uni<Boolean> remove(Call call, ResellerName name, boolean forGood) {
    return Change.retrying(() -> resellers
            .find(call, ResellerParameters.USER, name)
            .invoke(before -> refuseAnother(call, before))
            .call(before -> refuseWhileOwning(name, "nothing was changed"))
            .chain(before -> begin(call, before, forGood)))
        // Whatever came between: nothing more is added to it from here on.
        .call(() -> refuseWhileOwning(name, "the reseller stays suspended")
            .onFailure(WhmFailure.class)
            .recoverWithUni(
                refusal -> ending(name).chain(ending -> Uni.createFrom().<Void>failure(refusal))))
        .chain(() -> removeAll(call, name.value(), belongings))
        .chain(areGone -> areGone
            ? Change.retrying(() -> ending(name)
                    .chain(ending -> end(call, ending, forGood || ending.isEndingForGood())))
                .replaceWith(true)
            : Uni.createFrom().item(false))
        .onFailure(Over.class)
        .recoverWithItem(true);
  }

  /** The reseller as it is being removed, or as it is where nothing is changed. */
  private Uni<Profile> ending(ResellerName name) {
    return users
        .known(name.value())
        .chain(known -> ReadOnly.choose(
                () -> Uni.createFrom().item(known.profile()),
                () -> Uni.createFrom().item(known.profile().filter(Profile::isEnding)))
            .map(found -> found.orElseThrow(Over::new)));
  }

  /** Whether there is none of that name any more, as after a call that did it and is repeated. */
  Uni<Boolean> isDone(ResellerName name) {
    return users.known(name.value()).map(known -> known.profile().isEmpty());
  }

  /** A repeat goes on with what the first call began, and leaves alone who was set up under the name since. */
  private static void refuseAnother(Call call, Profile found) {
    call.first().filter(first -> !found.isEnding()).ifPresent(first -> {
      throw first.over();
    });
  }

  /** What it is to become is written first: whoever goes on with it cannot free a name that is to be spent. */
  private Uni<Profile> begin(Call call, Profile before, boolean forGood) {
    if (before.isEndingForGood() && !forGood) {
      throw ResellerParameters.USER.refused(
          "“" + before.user().name()
              + "” is being removed for good, and stays suspended; call terminatereseller again, which goes on.");
    }
    if (call.isDone(Stamp.WHOLE)) {
      return Uni.createFrom().item(before);
    }
    return resellers.change(
        call,
        before,
        before.ending(forGood ? End.TERMINATED : End.REMOVED, call.request()),
        (before.isEnding() ? "still suspended" : "suspended") + ", to be removed"
            + (forGood ? " for good" : ""));
  }

  private Uni<Void> refuseWhileOwning(ResellerName name, String state) {
    return Uni.combine()
        .all()
        .unis(servers.names(Optional.of(name.value()), MOST_NAMED + 1), granted.of(name.value()))
        .asTuple()
        .invoke(both -> {
          var owned = both.getItem2();
          var grants = Stream.concat(
                  owned.grants().keySet().stream()
                      .map(grant -> "ticket " + grant.ticket() + " on " + grant.server() + " as "
                          + grant.user())
                      .sorted(),
                  owned.areAll()
                      ? Stream.of()
                      : Stream.of("what is damaged in the table, which the log names"))
              .toList();
          refuse(
              name,
              "servers",
              both.getItem1().stream().map(ServerName::value).toList(),
              "give them to another owner with fleet_server_update",
              state);
          refuse(
              name,
              "access that its tickets gave and that is not proven gone",
              grants,
              "suspendreseller ends it",
              state);
        })
        .replaceWithVoid();
  }

  private static void refuse(
      ResellerName name, String what, List<String> which, String remedy, String state) {
    if (!which.isEmpty()) {
      var named = Stream.concat(
              which.stream().limit(MOST_NAMED),
              which.size() > MOST_NAMED ? Stream.of("more") : Stream.of())
          .collect(joining(", "));
      throw ResellerParameters.USER.refused("“" + name + "” still has " + what + ": " + named + "; "
          + remedy + ", and call again. Here " + state + ".");
    }
  }

  /** What comes of each room, one after the other. */
  private Uni<Boolean> removeAll(Call call, String user, List<Belongings> of) {
    if (of.isEmpty()) {
      return Uni.createFrom().item(true);
    }
    return remove(call, user, of.get(0), belongings.size() - of.size(), 0)
        .chain(areGone -> areGone
            ? removeAll(call, user, of.subList(1, of.size()))
            : Uni.createFrom().item(false));
  }

  private Uni<Boolean> remove(Call call, String user, Belongings of, int room, int step) {
    // What is gone is not there to be removed twice, and so a repeat goes on wherever the call
    // broke off.
    var author = Author.of(call).about(room + "." + step).ofEachCall();
    Consumer<Transaction> whileEnding = in -> users.checkEnding(in, user, Over::new);
    return of.remove(author, user, whileEnding).chain(areMore -> {
      if (!areMore) {
        return Uni.createFrom().item(true);
      }
      // A dry run removes nothing, and so there would always be more.
      return ReadOnly.choose(
          () -> Uni.createFrom().item(true),
          () -> step + 1 < MOST_STEPS
              ? remove(call, user, of, room, step + 1)
              : Uni.createFrom().item(false));
    });
  }

  private Uni<Void> end(Call call, Profile ending, boolean forGood) {
    var user = ending.user().name();
    return change.commit(
        Author.of(call).again(),
        user,
        forGood ? "terminated as a reseller" : "no longer a reseller",
        in -> {
          users.remove(in, ending, forGood, call.at(), Changed::new);
          limits.remove(in, User.ROOT, Limited.RESELLERS, 1);
        });
  }

  /** Another call has removed it by now: whoever has the name is left alone. */
  private static final class Over extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    Over() {
      super("another call has removed the reseller", null, false, false);
    }
  }
}
