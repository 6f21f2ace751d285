package dev.latchkey.delivery;

import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toMap;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Stamp;
import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.delivery.Convergence.Begun;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.server.ServerChoice;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.Transaction;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Changes what is wanted of the server of a call, or of all of its servers: some of them with each transaction. Each then gets
 * its order, all at once, and they are waited for together.
 */
@Singleton
public class Wishes {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");

  private final FanOut fanOut;
  private final ServerChoice choice;
  private final ServerTable servers;
  private final Change change;
  private final Convergence convergence;
  private final Clock clock;

  @Inject
  Wishes(
      FanOut fanOut,
      ServerChoice choice,
      ServerTable servers,
      Change change,
      Convergence convergence,
      Clock clock) {
    this.fanOut = fanOut;
    this.choice = choice;
    this.servers = servers;
    this.change = change;
    this.convergence = convergence;
    this.clock = clock;
  }

  /** What a call wants of each of its servers. */
  public interface Wish {
    /**
     * What is wanted of a server from then on; the same where it is wanted already.
     *
     * @throws dev.latchkey.api.WhmFailure where it cannot be: of several servers it is refused for this one
     */
    ServerState on(ServerState before);

    /** Whether it is still as this call's first one had it. */
    boolean stands(ServerState now);

    /** How many items of the transaction it writes for a server. */
    int items(ServerState before);

    /** What else is written with it. */
    void also(Transaction in, ServerState before);

    /** What the audit entry says of it on these servers, which are named with commas between them. */
    String sentence(String on);

    /** Whether a server has stated all that could be asked of it, so that nothing is sent. */
    boolean isDone(ServerState wanted);

    Uni<Answer> done(ServerState wanted);

    /** @param wanted what was sent */
    Answer answer(ServerState wanted, Delivered delivered);
  }

  public Uni<Answer> answer(Call call, Wish wish) {
    return fanOut.answer(
        call,
        state -> (call.isDone(Stamp.WHOLE)
                ? again(call, state, wish)
                : wanted(call, Author.of(call), state, wish))
            .chain(wanted -> begin(call, wanted, wish).chain(answer -> answer)),
        states -> many(call, states, wish));
  }

  /** What closes is committed for all before anything is sent to one. */
  private Uni<List<Uni<Answer>>> many(Call call, List<ServerState> states, Wish wish) {
    var isDone = states.stream()
        .collect(partitioningBy(state -> call.isDone(state.server().name().value())));
    var done = isDone.get(true).stream().map(state -> new Attempt(state, again(call, state, wish)));
    return Unis.fewAtATime(
            Parts.of(isDone.get(false), wish::items), part -> together(call, part, wish))
        .map(parts -> Stream.concat(done, parts.stream().flatMap(List::stream))
            .collect(toMap(one -> one.before().server().name(), Attempt::wanted)))
        .chain(wanted -> Unis.fewAtATime(
            states,
            state -> wanted
                .get(state.server().name())
                .chain(after -> begin(call, after, wish))
                .onFailure()
                .recoverWithItem(failure -> Uni.createFrom().failure(failure))));
  }

  /** For a repeat: what its first call has done there, unless somebody has undone it. */
  private static Uni<ServerState> again(Call call, ServerState state, Wish wish) {
    return Uni.createFrom().item(() -> {
      if (!wish.stands(state)) {
        throw call.first()
            .orElseThrow()
            .over("It was undone on “" + state.server().name() + "” since.");
      }
      return state;
    });
  }

  /** @param wanted of this server, or why it could not be */
  private record Attempt(ServerState before, Uni<ServerState> wanted) {}

  private Uni<List<Attempt>> together(Call call, List<ServerState> part, Wish wish) {
    return Uni.createFrom()
        .deferred(() -> commit(Parts.author(call, part), part, wish))
        .map(after -> IntStream.range(0, part.size())
            .mapToObj(i -> new Attempt(part.get(i), Uni.createFrom().item(after.get(i))))
            .toList())
        .onFailure()
        .recoverWithUni(failure -> {
          LOG.infof("%s is for each server alone: %s", call.request(), failure.getMessage());
          return Unis.fewAtATime(part, state -> alone(call, state, wish));
        });
  }

  private Uni<Attempt> alone(Call call, ServerState state, Wish wish) {
    return wanted(call, Parts.author(call, List.of(state)), state, wish)
        .map(after -> new Attempt(state, Uni.createFrom().item(after)))
        .onFailure()
        .recoverWithItem(failure -> new Attempt(state, Uni.createFrom().failure(failure)));
  }

  private Uni<ServerState> wanted(Call call, Author author, ServerState first, Wish wish) {
    return Change.retrying(tries -> (tries == 0
            ? Uni.createFrom().item(first)
            : choice.named(call, first.server().name()))
        .chain(before -> commit(author, List.of(before), wish).map(after -> after.get(0))));
  }

  /** One transaction; none where nothing changes. */
  private Uni<List<ServerState>> commit(Author author, List<ServerState> part, Wish wish) {
    var after = part.stream().map(wish::on).toList();
    var changed = IntStream.range(0, part.size())
        .filter(i -> !after.get(i).equals(part.get(i)))
        .boxed()
        .toList();
    if (changed.isEmpty()) {
      return Uni.createFrom().item(after);
    }
    var names = Parts.names(changed.stream().map(part::get).toList());
    return change
        .commit(
            author,
            part.get(0).server().owner(),
            wish.sentence(names),
            in -> changed.forEach(i -> {
              servers.write(in, part.get(i), after.get(i));
              wish.also(in, part.get(i));
            }))
        .replaceWith(after);
  }

  /** Sends the order, and then has what waits for the answer. */
  private Uni<Uni<Answer>> begin(Call call, ServerState wanted, Wish wish) {
    var name = wanted.server().name().value();
    if (wish.isDone(wanted)) {
      return Uni.createFrom().item(wish.done(wanted).map(answer -> answer.about(name)));
    }
    return convergence
        .begin(wanted, call.request())
        .map(begun ->
            ended(call, begun).map(delivered -> wish.answer(wanted, delivered).about(name)));
  }

  private Uni<Delivered> ended(Call call, Begun begun) {
    return convergence
        .await(begun, ServerParameters.patience(call, clock.instant()))
        .chain(
            ended -> convergence.settle(ended, ServerParameters.patience(call, clock.instant())));
  }
}
