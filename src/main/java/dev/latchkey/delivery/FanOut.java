package dev.latchkey.delivery;

import static java.util.stream.Collectors.joining;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.ManyServers;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.Xid;
import dev.latchkey.data.Data;
import dev.latchkey.list.ListControls;
import dev.latchkey.server.ServerChoice;
import dev.latchkey.server.ServerChoice.Many;
import dev.latchkey.server.ServerState;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/** One call for many servers: what came of it on each, whatever came of it on the others. */
@Singleton
public class FanOut {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");
  private static final int MOST_NAMED = 10;

  private final ServerChoice choice;
  private final SecureRandom random;

  @Inject
  FanOut(ServerChoice choice, SecureRandom random) {
    this.choice = choice;
    this.random = random;
  }

  /**
   * The answer of a call for one server, or for many.
   *
   * @param one answers for the one server that the call means
   * @param many begins on all of these servers, and answers for each of them, in their order
   */
  public Uni<Answer> answer(
      Call call,
      Function<ServerState, Uni<Answer>> one,
      Function<List<ServerState>, Uni<List<Uni<Answer>>>> many) {
    if (!ServerChoice.isOfMany(call)) {
      return choice.choose(call).chain(one::apply);
    }
    ListControls.from(call.arguments())
        .refuseFieldsBeside(
            ManyServers.FIELDS,
            "a call for several servers has one record for each server, with server, result, reason and data; call one server to filter, sort or cut its own records.");
    return choice
        .chooseMany(call)
        .chain(chosen -> many.apply(chosen.states()).chain(each -> rows(call, chosen, each)));
  }

  private Uni<Answer> rows(Call call, Many chosen, List<Uni<Answer>> each) {
    var places = IntStream.range(0, each.size()).boxed().toList();
    return Unis.all(places, i -> row(call, chosen.states().get(i), each.get(i)))
        .map(rows -> answer(rows, chosen.next()));
  }

  private record Row(String server, Answer answer) {
    boolean isDone() {
      return answer.result() == 1;
    }

    Data data() {
      return Data.hash()
          .with("server", server)
          .with("result", answer.result())
          .with("reason", answer.reason())
          .with("data", answer.data().map(data -> data));
    }
  }

  private Uni<Row> row(Call call, ServerState of, Uni<Answer> answer) {
    var name = of.server().name().value();
    return answer
        .onFailure()
        .recoverWithItem(failure -> new Answer(
            0, reason(call, name, failure), Data.hash(), Optional.empty(), Optional.empty()))
        .map(done -> new Row(name, done));
  }

  /** What breaks on one server is told of it alone: on the others it is done all the same. */
  private String reason(Call call, String server, Throwable failure) {
    var xid = Xid.next(random);
    if (failure instanceof WhmFailure refusal) {
      return refusal.reason(xid);
    }
    LOG.errorf(
        failure,
        "%s %s failed on %s: (XID %s)",
        call.request(),
        call.function().name(),
        server,
        xid);
    return xid.prefix() + "It is not known whether it was done; look at " + server + ".";
  }

  private static Answer answer(List<Row> rows, Optional<String> next) {
    var data = Data.hash()
        .with(
            ManyServers.SERVERS, new Data.Sequence(rows.stream().map(Row::data).toList()))
        .with(ManyServers.NEXT, next.map(Data::text));
    var left = rows.stream().filter(row -> !row.isDone()).map(Row::server).toList();
    return left.isEmpty()
        ? Answer.of(data)
        : Answer.failed(
            "It is not confirmed on %d of %d servers: %s; data.servers says why. Call again for these."
                .formatted(left.size(), rows.size(), named(left)),
            data);
  }

  private static String named(List<String> servers) {
    var named = servers.stream().limit(MOST_NAMED).collect(joining(", "));
    return servers.size() > MOST_NAMED
        ? named + " and " + (servers.size() - MOST_NAMED) + " more"
        : named;
  }
}
