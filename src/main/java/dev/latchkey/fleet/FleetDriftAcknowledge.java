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
import dev.latchkey.text.Quoted;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says of drift why it may be there, so that {@code fleet_drift} no longer lists it (an extension). What has changed since, or
 * has gone and come back, is drift again.
 */
@Singleton
@Path(FleetDriftAcknowledge.NAME)
public final class FleetDriftAcknowledge extends WhmFunction {
  static final String NAME = "fleet_drift_acknowledge";

  private static final int MOST_REASON = 200;

  /** Of a call: each is a transaction of up to {@link FindingTable#MOST_CHANGED}. */
  private static final int MOST_STEPS = 10;

  private static final int MOST = MOST_STEPS * FindingTable.MOST_CHANGED;

  private static final Parameter<Optional<List<String>>> WHAT = Parameter.several(
      "what",
      ParameterType.TEXT,
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
    super(Declaration.of(NAME, "Says why drift may be there, so that it is no longer listed.")
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
      throw WHAT.refused("and “all” exclude each other, and one of them is needed.");
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

  private record Done(List<String> what, boolean more) {}

  private static Answer answer(ServerState on, Done done) {
    return Answer.of(Data.hash()
            .with("acknowledged", Data.texts(done.what()))
            .with("more", Data.flag(done.more())))
        .about(on.server().name().value());
  }

  /** @param alone whether it must be drift on this very server: what one of several lacks may be on the others */
  private Uni<Answer> acknowledge(Call call, ServerState on, List<String> what, boolean alone) {
    var done = what.isEmpty()
        ? steps(call, on, new ArrayList<>(), 1)
        : step(call, on, what, alone, 1).map(names -> new Done(names, false));
    return done.map(all -> answer(on, all));
  }

  private Uni<Done> steps(Call call, ServerState on, List<String> so, int step) {
    return step(call, on, List.of(), false, step).chain(done -> {
      so.addAll(done);
      var isFull = done.size() == FindingTable.MOST_CHANGED;
      return isFull && step < MOST_STEPS
          ? steps(call, on, so, step + 1)
          : Uni.createFrom().item(new Done(so, isFull));
    });
  }

  private Uni<List<String>> step(
      Call call, ServerState on, List<String> what, boolean alone, int step) {
    return Change.retrying(() -> drift(on, what).chain(found -> {
      if (alone) {
        needAll(on, what, found.stream().map(FindingData::what).toList());
      }
      return commit(call, on, found, step);
    }));
  }

  private static void needAll(ServerState on, List<String> what, List<String> found) {
    what.stream().filter(one -> !found.contains(one)).findFirst().ifPresent(one -> {
      throw WHAT.refused("“" + Quoted.of(one) + "” is not drift on “"
          + on.server().name() + "”; fleet_drift lists what is.");
    });
  }

  /** All of it, or what the call names. */
  private Uni<List<KnownFinding>> drift(ServerState on, List<String> what) {
    return what.isEmpty()
        ? findings.drift(on, "", FindingTable.MOST_CHANGED)
        : Uni.join()
            .all(what.stream()
                .distinct()
                .map(one -> findings
                    .drift(on, one, FindingTable.MOST_CHANGED)
                    .map(found ->
                        found.stream().filter(known -> FindingData.what(known).equals(one))))
                .toList())
            .andFailFast()
            .map(all -> all.stream()
                .flatMap(found -> found)
                .limit(FindingTable.MOST_CHANGED)
                .toList());
  }

  private Uni<List<String>> commit(Call call, ServerState on, List<KnownFinding> found, int step) {
    if (found.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    var why = new Acknowledgement(call.at(), call.caller().user().name(), REASON.from(call));
    var names = found.stream().map(FindingData::what).toList();
    var sentence = "acknowledged on %s: %s; reason: %s"
        .formatted(
            on.server().name(), names.stream().distinct().collect(joining(", ")), why.reason());
    return change
        .commit(
            Author.of(call).about(on.server().name() + "+" + step),
            on.server().owner(),
            sentence,
            in -> found.forEach(one -> findings.acknowledge(in, one, why)))
        .replaceWith(names);
  }
}
