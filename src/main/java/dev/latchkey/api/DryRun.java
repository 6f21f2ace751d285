package dev.latchkey.api;

import dev.latchkey.data.Data;
import dev.latchkey.store.Carried;
import dev.latchkey.store.ReadOnly;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A call that says what it would change, and changes nothing. The function does all that it does otherwise; what it would
 * change is noted by the two places that all changes go through, {@code change} and {@code delivery}, and is the answer.
 */
public final class DryRun {
  /** Of every function that changes something. */
  public static final Parameter<Boolean> PARAMETER = Parameter.defaulting(
      "api.dry_run",
      ParameterType.FLAG,
      false,
      "1 to say what would change and change nothing (an extension).");

  /** Of each list of an answer; no call changes as many servers, or as many lines of one. */
  private static final int MOST = 100;

  /** Of the servers in a sentence. */
  private static final int MOST_NAMED = 10;

  /** What a dry run answers instead of the function's own fields. */
  public static final List<Field> FIELDS = List.of(
      Field.flag("dry_run", "1: nothing was changed."),
      Field.list(
              "would",
              "What would be written, as the audit would have it.",
              Field.text("owner", "The user whose audit it is."),
              Field.text("audit", "The entry, as if it were done."))
          .atMost(MOST),
      Field.list(
              "servers",
              "What would become of each server that gets an order.",
              Field.text("server", "The server's name."),
              Field.number("generation", "The generation that its order would have.")
                  .optional(),
              Field.flag("known", "1 if the server has said all that would change on it."),
              Field.text("reason", "OK, or why that is not known, or why nothing is done there."),
              Field.list(
                      "would",
                      "What would change on it, as the server itself says.",
                      Field.text("what", "line, door, session, account, key, list or agent."),
                      Field.text("user", "The account.").optional(),
                      Field.text("file", "The file.").optional(),
                      Field.text("door", "Which door it is.").optional(),
                      Field.text("change", "What would become of it, in a sentence."))
                  .atMost(MOST))
          .atMost(MOST),
      Field.number("more", "How many entries were left out of the lists.").optional(),
      Field.text(
              ManyServers.NEXT,
              "There are more servers, of which this says nothing: the “api.cursor” of the next call; left out on the last.")
          .optional());

  /** What the row of a server says of which all is known. */
  public static final String OK = "OK";

  private static final String NOTHING = "Nothing was changed: this was a dry run.";
  private static final Carried<DryRun> RUN = new Carried<>(DryRun.class);

  private final Queue<Data> would = new ConcurrentLinkedQueue<>();
  private final Map<String, Data.Hash> servers = new ConcurrentSkipListMap<>();

  private final Declaration function;

  /** Where a call for many servers goes on. */
  private Optional<Data> next = Optional.empty();

  private DryRun(Declaration function) {
    this.function = function;
  }

  /** Whether the call is one; of a value that is neither 0 nor 1 the function's parameters speak. */
  public static boolean isAsked(Arguments arguments) {
    return arguments.last(PARAMETER.name()).filter("1"::equals).isPresent();
  }

  public static boolean isOf(Call call) {
    return call.function().isChanging() && PARAMETER.from(call);
  }

  /** The answer to a call, or to its dry run. */
  public static Uni<Answer> orReal(Call call, Supplier<Uni<Answer>> work) {
    return isOf(call) ? new DryRun(call.function()).of(work) : work.get();
  }

  /** The answer to the dry run of a call that was made before, under the same key. */
  public static Answer ofRepeat(Declaration function, Stamp first) {
    return new Answer(
        1,
        NOTHING + " The call would be a repeat of request " + first.request() + " of " + first.at()
            + ", which is not done again.",
        Data.hash(),
        Optional.of(new DryRun(function).data()),
        Optional.empty());
  }

  /** Notes what a transaction would change, in a dry run. */
  public static Uni<Void> note(String owner, String audit) {
    return RUN.read(run -> {
      run.ifPresent(dry -> dry.would.add(Data.hash().with("owner", owner).with("audit", audit)));
      return Uni.createFrom().voidItem();
    });
  }

  /** Notes what would become of a server, in place of what was noted of it before. */
  public static Uni<Void> note(String server, Data.Hash row) {
    return RUN.read(run -> {
      run.ifPresent(
          dry -> dry.servers.put(server, Data.hash().with("server", server).with(row)));
      return Uni.createFrom().voidItem();
    });
  }

  /** What a server's row says. */
  public static Data.Hash row(boolean known, String reason, Data.Sequence would) {
    return Data.hash().with("known", known ? 1 : 0).with("reason", reason).with("would", would);
  }

  /** The row of a server that refuses what it is to do. */
  public static Data.Hash refused(String why, Data.Sequence would) {
    return row(true, why, would);
  }

  private Uni<Answer> of(Supplier<Uni<Answer>> work) {
    return ReadOnly.of(RUN.with(this, Uni.createFrom().<Answer>deferred(work::get)))
        .map(this::answer)
        .onFailure(WhmFailure.class)
        .recoverWithUni(failure -> would.isEmpty() && servers.isEmpty()
            ? Uni.createFrom().failure(failure)
            : Uni.createFrom().item(answer(Answer.failed(failure.getMessage(), Data.hash()))));
  }

  /**
   * @param called what the function made of it, without a word of the servers that get orders: a failure is one of the call
   *     itself, but where it may only say that these did not answer
   */
  private Answer answer(Answer called) {
    next = called
        .data()
        .flatMap(data -> data.get(ManyServers.NEXT))
        .filter(any -> function.isForManyServers());
    var gotNone = withoutOrder(called);
    gotNone.forEach((server, reason) -> servers.put(
        server,
        Data.hash().with("server", server).with(refused(reason, new Data.Sequence(List.of())))));
    var refused = servers.entrySet().stream()
        .filter(
            row -> isKnown(row.getValue()) && !text(row.getValue(), "reason").equals(OK))
        .map(row -> row.getKey() + ": " + text(row.getValue(), "reason"))
        .toList();
    if (!refused.isEmpty()) {
      return failed(named(refused, " "));
    }
    if (called.result() == 1 || !servers.isEmpty()) {
      return new Answer(1, NOTHING + unknown(), Data.hash(), Optional.of(data()), Optional.empty());
    }
    return failed(called.reason());
  }

  private Answer failed(String why) {
    return Answer.failed(
        NOTHING + " The call would begin with what data.would lists, and fail: " + why, data());
  }

  private static boolean isKnown(Data.Hash row) {
    return row.get("known").equals(Optional.of(Data.number(1)));
  }

  /** Servers of a call for several that get no order, and why. */
  private Map<String, String> withoutOrder(Answer called) {
    if (!function.isForManyServers()) {
      return Map.of();
    }
    return called.data().flatMap(data -> data.get(ManyServers.SERVERS)).stream()
        .flatMap(rows -> rows instanceof Data.Sequence list ? list.items().stream() : Stream.of())
        .filter(row -> row instanceof Data.Hash hash && hash.get("reason").isPresent())
        .map(row -> (Data.Hash) row)
        .filter(row -> !servers.containsKey(text(row, "server")))
        .filter(row -> row.get("result").equals(Optional.of(Data.number(0))))
        .collect(Collectors.toMap(row -> text(row, "server"), row -> text(row, "reason")));
  }

  private String unknown() {
    var unknown = servers.entrySet().stream()
        .filter(row -> !isKnown(row.getValue()))
        .map(Map.Entry::getKey)
        .toList();
    return unknown.isEmpty()
        ? ""
        : " What would change on %s is not known; data.servers says why."
            .formatted(named(unknown, ", "));
  }

  private static String named(List<String> all, String joint) {
    var named = String.join(joint, all.subList(0, Math.min(MOST_NAMED, all.size())));
    return all.size() > MOST_NAMED ? named + " and " + (all.size() - MOST_NAMED) + " more" : named;
  }

  private Data.Hash data() {
    var more = Math.max(0, would.size() - MOST) + Math.max(0, servers.size() - MOST);
    return Data.hash()
        .with("dry_run", 1)
        .with("would", new Data.Sequence(would.stream().limit(MOST).toList()))
        .with(
            "servers",
            new Data.Sequence(
                servers.values().stream().<Data>map(row -> row).limit(MOST).toList()))
        .with("more", more == 0 ? Optional.empty() : Optional.of(Data.number(more)))
        .with(ManyServers.NEXT, next);
  }

  private static String text(Data.Hash row, String name) {
    return row.get(name).orElse(Data.NULL) instanceof Data.Text text ? text.value() : "";
  }
}
