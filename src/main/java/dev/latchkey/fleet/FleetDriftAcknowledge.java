package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.CHANGE_FINDINGS;
import static dev.latchkey.api.Permission.READ_SERVERS;
import static java.util.stream.Collectors.joining;

import dev.latchkey.access.Privilege;
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
import dev.latchkey.data.Data;
import dev.latchkey.delivery.FanOut;
import dev.latchkey.server.AskedServers;
import dev.latchkey.server.FindingTable;
import dev.latchkey.server.KnownFinding;
import dev.latchkey.server.KnownFinding.Acknowledgement;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.store.Unis;
import dev.latchkey.text.Quoted;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Acknowledges drift with a reason, so that {@code fleet_drift} no longer lists it (an extension). What has changed since, or
 * has gone and come back, is drift again.
 */
@Singleton
@Path(FleetDriftAcknowledge.NAME)
public final class FleetDriftAcknowledge extends WhmFunction {
  static final String NAME = "fleet_drift_acknowledge";

  private static final int MOST_REASON = 200;
  private static final int MOST_OF_A_NAME = 400;

  /** Of a call: each is a transaction of up to {@link FindingTable#MOST_CHANGED}. */
  private static final int MOST_STEPS = 10;

  private static final int MOST = MOST_STEPS * FindingTable.MOST_CHANGED;

  private static final Parameter<Optional<List<String>>> WHAT = Parameter.several(
      "what",
      ParameterType.text(FleetDriftAcknowledge::what),
      "What is acknowledged, as fleet_drift shows it, such as “account bob”; either this or “all”.");

  private static final Parameter<Boolean> EVERYTHING = Parameter.defaulting(
      "all",
      ParameterType.FLAG,
      false,
      "1 for all that is drift on the server; at most " + MOST + " each call.");

  private static final Parameter<String> REASON = Parameter.required(
      "reason",
      ParameterType.text(FleetDriftAcknowledge::reason),
      "Why it may be there: at most " + MOST_REASON + " characters in one line.");

  private final FanOut fanOut;
  private final FindingTable findings;
  private final Change change;

  @Inject
  FleetDriftAcknowledge(FanOut fanOut, FindingTable findings, Change change) {
    super(Declaration.of(NAME, "Acknowledges drift with a reason, so that it is no longer listed.")
        .numbered(58)
        .requires(Privilege.SSH_KEYS)
        .changes()
        .needs(READ_SERVERS, CHANGE_FINDINGS)
        .takes(WHAT, EVERYTHING, REASON, ServerParameters.SERVERS, ServerParameters.CURSOR)
        .answers(
            Field.texts("acknowledged", "What is acknowledged by this call, as “what” has it.")
                .atMost(MOST),
            Field.flag("more", "1 if there is more drift than one call acknowledges; call again."))
        .forManyServers(AskedServers.MOST)
        .extension());
    this.fanOut = fanOut;
    this.findings = findings;
    this.change = change;
  }

  private static String what(String text) {
    if (text.length() > MOST_OF_A_NAME) {
      throw new IllegalArgumentException("“" + Quoted.of(text) + "” has " + text.length()
          + " characters; nothing that fleet_drift lists has more than " + MOST_OF_A_NAME + ".");
    }
    return text;
  }

  private static String reason(String text) {
    if (text.length() > MOST_REASON || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "“" + Quoted.of(text) + "” is not one line of at most " + MOST_REASON + " characters.");
    }
    return text;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var what = WHAT.from(call).orElseGet(List::of);
    if (what.isEmpty() != EVERYTHING.from(call)) {
      throw WHAT.refused("give it or “all=1”, one of the two.");
    }
    if (what.size() > FindingTable.MOST_CHANGED) {
      throw WHAT.refused("has " + what.size() + " values; at most " + FindingTable.MOST_CHANGED
          + " are acknowledged by one call.");
    }
    return fanOut.answer(
        call,
        state -> acknowledge(call, state, what, true),
        states -> Uni.createFrom()
            .item(states.stream()
                .map(state -> acknowledge(call, state, what, false))
                .toList()));
  }

  private static Answer answer(ServerState on, List<KnownFinding> done, boolean more) {
    return Answer.of(Data.hash()
            .with(
                "acknowledged", Data.texts(done.stream().map(FindingData::what).toList()))
            .with("more", Data.flag(more)))
        .about(on.server().name().value());
  }

  /** @param alone whether it must be drift on this very server: what one of several lacks may be on the others */
  private Uni<Answer> acknowledge(Call call, ServerState on, List<String> what, boolean alone) {
    if (call.isDone(step(on, 1)) || call.isDone(Stamp.NOTHING)) {
      return acknowledged(call, on, what);
    }
    return what.isEmpty()
        ? all(call, on, new ArrayList<>(), 1)
        : Change.retrying(() -> named(on, what).chain(found -> {
          if (alone) {
            needAll(on, what, found.stream().map(FindingData::what).toList());
          }
          var first = found.stream().limit(FindingTable.MOST_CHANGED).toList();
          var isMore = found.size() > first.size();
          return commit(call, on, first, 1).replaceWith(() -> answer(on, first, isMore));
        }));
  }

  /** Each step goes on after the one before, also in a dry run, which takes nothing away. */
  private Uni<Answer> all(Call call, ServerState on, List<KnownFinding> so, int step) {
    return Change.retrying(() -> findings
            .drift(on, "", last(so), FindingTable.MOST_CHANGED)
            .chain(found -> commit(call, on, found, step).replaceWith(found)))
        .chain(found -> {
          so.addAll(found);
          var isFull = found.size() == FindingTable.MOST_CHANGED;
          return isFull && step < MOST_STEPS
              ? all(call, on, so, step + 1)
              : Uni.createFrom().item(answer(on, so, isFull));
        });
  }

  private static Optional<KnownFinding> last(List<KnownFinding> of) {
    return of.isEmpty() ? Optional.empty() : Optional.of(of.get(of.size() - 1));
  }

  private static void needAll(ServerState on, List<String> what, List<String> found) {
    what.stream().filter(one -> !found.contains(one)).findFirst().ifPresent(one -> {
      throw WHAT.refused("“" + Quoted.of(one) + "” is not drift on “"
          + on.server().name() + "”; fleet_drift lists what is.");
    });
  }

  /** One more than are acknowledged, where there are more. */
  private Uni<List<KnownFinding>> named(ServerState on, List<String> what) {
    return Unis.fewAtATime(
            Set.copyOf(what),
            one -> findings
                .drift(on, one, Optional.empty(), FindingTable.MOST_CHANGED + 1)
                .map(found -> found.stream()
                    .filter(known -> FindingData.what(known).equals(one))
                    .toList()))
        .map(all -> all.stream().flatMap(List::stream).toList());
  }

  private Uni<Void> commit(Call call, ServerState on, List<KnownFinding> found, int step) {
    if (found.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    var why = new Acknowledgement(call.at(), call.caller().user().name(), REASON.from(call));
    var sentence = "acknowledged on %s: %s; reason: %s"
        .formatted(
            on.server().name(),
            found.stream().map(FindingData::what).distinct().collect(joining(", ")),
            why.reason());
    return change.commit(
        Author.of(call).about(step(on, step)),
        on.server().owner(),
        sentence,
        in -> found.forEach(one -> findings.acknowledge(in, one, why)));
  }

  private static String step(ServerState on, int number) {
    return on.server().name() + "+" + number;
  }

  /** For a repeat: what of the first call's holds, and whether there is drift that it did not acknowledge, or that is new. */
  private Uni<Answer> acknowledged(Call call, ServerState on, List<String> what) {
    return findings
        .acknowledged(
            on,
            call.begun(),
            found -> what.isEmpty() || what.contains(FindingData.what(found)),
            MOST)
        .chain(held -> findings
            .drift(on, "", Optional.empty(), 1)
            .map(more -> answer(on, held, !more.isEmpty())));
  }
}
