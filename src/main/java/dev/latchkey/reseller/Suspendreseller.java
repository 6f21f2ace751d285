package dev.latchkey.reseller;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.CHANGE_USERS;
import static dev.latchkey.api.Permission.READ_TICKETS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.Profile;
import dev.latchkey.access.Suspension;
import dev.latchkey.access.UserTable;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.SuspendedEnding;
import dev.latchkey.delivery.SuspendedEnding.Ended;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.SuspendedTable;
import dev.latchkey.server.SuspendedTable.Suspended;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * WHM API 1, suspendreseller: none of the reseller's credentials is admitted any more, from one write on, which waits for no
 * server. The access that its tickets gave ends too, as in WHM the accounts that a reseller owns are suspended with it;
 * {@code result} 1 then means that it is proven gone.
 */
@Singleton
@Path(Suspendreseller.NAME)
public final class Suspendreseller extends WhmFunction {
  static final String NAME = "suspendreseller";

  private static final int MOST_REASON = 200;

  private static final Parameter<Boolean> DISALLOW = Parameter.defaulting(
      "disallow", ParameterType.FLAG, false, "1 if only root may end the suspension.");

  private static final Parameter<Optional<String>> REASON = Parameter.optional(
      "reason",
      ParameterType.line(MOST_REASON),
      "Why, for the audit: at most " + MOST_REASON + " characters in one line.");

  private static final Parameter<Boolean> RESELLER_ONLY = Parameter.defaulting(
      "reseller-only",
      ParameterType.FLAG,
      false,
      "1 to leave the access that the reseller's tickets gave to vendors.");

  private final Resellers resellers;
  private final UserTable users;
  private final SuspendedTable suspended;
  private final SuspendedEnding ending;
  private final Change change;
  private final Clock clock;

  @Inject
  Suspendreseller(
      Resellers resellers,
      UserTable users,
      SuspendedTable suspended,
      SuspendedEnding ending,
      Change change,
      Clock clock) {
    super(Declaration.of(
            NAME, "Refuses all calls of a reseller, and ends the access of its vendors.")
        .numbered(66)
        .requires(Privilege.ALL)
        .closes()
        .needs(CHANGE_USERS, CHANGE_SERVERS, READ_TICKETS, RUN_COMMAND)
        .takes(ResellerParameters.USER, DISALLOW, REASON, RESELLER_ONLY, ServerParameters.WAIT)
        .answersNothing()
        .says(Field.hash(
                "output",
                "What was done, in words.",
                List.of(
                    Field.text(
                        "raw",
                        "A line that the reseller is suspended, and one for each access of its vendors.")))
            .optional()));
    this.resellers = resellers;
    this.users = users;
    this.suspended = suspended;
    this.ending = ending;
    this.change = change;
    this.clock = clock;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var name = ResellerParameters.USER.from(call);
    var one = new Suspended(name.value(), call.begun());
    return Change.retrying(() -> resellers
            .find(call, ResellerParameters.USER, name)
            .chain(before -> suspend(call, before, one)))
        .chain(() -> RESELLER_ONLY.from(call)
            ? Uni.createFrom().item(new Ended(List.of(), List.of()))
            : ending.end(
                one,
                Author.of(call).ofEachCall(),
                call.request(),
                ServerParameters.patience(call, clock.instant())))
        .map(ended -> answer(name, ended));
  }

  /** What was said of a suspension that stands is not loosened by a second one. */
  private Uni<Void> suspend(Call call, Profile before, Suspended one) {
    if (call.isDone(Stamp.WHOLE) && before.user().suspended()) {
      return Uni.createFrom().voidItem();
    }
    var stands = before.suspension();
    var suspension = new Suspension(
        stands.map(Suspension::since).orElse(call.at()),
        REASON.from(call).or(() -> stands.map(Suspension::reason)).orElse(""),
        DISALLOW.from(call) || stands.filter(Suspension::onlyRootEnds).isPresent());
    var what = (stands.isPresent() ? "suspended again" : "suspended")
        + (suspension.reason().isEmpty() ? "" : ": " + suspension.reason())
        + (suspension.onlyRootEnds() ? "; only root may end it" : "");
    return change.commit(call, before.user().name(), what, in -> {
      users.change(in, before, before.suspended(suspension, call.request()), Changed::new);
      if (!RESELLER_ONLY.from(call)) {
        suspended.note(in, one);
      }
    });
  }

  private static Answer answer(ResellerName name, Ended ended) {
    var done = "“" + name + "” is suspended: none of its tokens is admitted.";
    var raw = Stream.of(Stream.of(done), ended.gone().stream(), ended.left().stream())
        .flatMap(lines -> lines)
        .toList();
    var output = Data.hash().with("output", Data.hash().with("raw", String.join("\n", raw)));
    return ended.left().isEmpty()
        ? Answer.withoutData().with(output)
        : Answer.failed(done + " " + String.join(" ", ended.left())).with(output);
  }
}
