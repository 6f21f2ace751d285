package dev.latchkey.wire;

import dev.latchkey.access.AccessDenied;
import dev.latchkey.access.Admission;
import dev.latchkey.access.Admitted;
import dev.latchkey.access.Caller;
import dev.latchkey.access.CountOutcome;
import dev.latchkey.access.OverQuota;
import dev.latchkey.access.Tally;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Pipeline;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Format;
import dev.latchkey.store.NewerTable;
import dev.latchkey.store.Schema;
import dev.latchkey.text.Quoted;
import dev.latchkey.usage.Folding;
import dev.latchkey.usage.UsageRecord;
import dev.latchkey.usage.UsageTable;
import dev.latchkey.wire.Noting.Attempt;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The way of a call: read → admit → carry out → record → answer. The credential is judged before anything that the call
 * says: whoever has none learns nothing of what is here.
 */
@Singleton
public class CallPipeline implements Pipeline {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.calls");

  private final Schema schema;
  private final Admission admission;
  private final Dispatcher dispatcher;
  private final Noting noting;
  private final UsageTable usage;
  private final Folding folding;
  private final Proxies proxies;
  private final Clock clock;

  @Inject
  CallPipeline(
      Schema schema,
      Admission admission,
      Dispatcher dispatcher,
      Noting noting,
      UsageTable usage,
      Folding folding,
      Proxies proxies,
      Clock clock) {
    this.schema = schema;
    this.admission = admission;
    this.dispatcher = dispatcher;
    this.noting = noting;
    this.usage = usage;
    this.folding = folding;
    this.proxies = proxies;
    this.clock = clock;
  }

  @Override
  public Uni<Response> serve(WhmFunction function, HttpServerRequest http, byte[] body) {
    return serve(Optional.of(function), http, body);
  }

  /** A request of a function that does not exist. */
  Uni<Response> serveUnknown(HttpServerRequest http, byte[] body) {
    return serve(Optional.empty(), http, body);
  }

  private Uni<Response> serve(Optional<WhmFunction> function, HttpServerRequest http, byte[] body) {
    return serve(
        function,
        Exchange.of(http, clock.instant(), proxies.trusted()),
        () -> ReadRequest.of(http, body));
  }

  /** A call that came through a door. */
  Uni<Response> serve(WhmFunction function, HttpServerRequest http, Door door, ReadRequest read) {
    var route = new Route(Format.JSON, function.declaration().name());
    return serve(
        Optional.of(function),
        Exchange.of(http, route, clock.instant(), proxies.trusted(), Optional.of(door)),
        () -> read);
  }

  private Uni<Response> serve(
      Optional<WhmFunction> function, Exchange exchange, Supplier<ReadRequest> request) {
    var line = exchange.line();
    var quotas = new QuotaFields(exchange.at());
    var answer = Uni.createFrom()
        .deferred(() -> answer(function, exchange, request.get(), line, quotas))
        .onFailure(AccessDenied.class)
        .recoverWithUni(denied -> {
          line.denied(denied, clock.instant());
          return noting.denied(attempt(function, exchange), denied).map(noted -> exchange.denied());
        })
        .onFailure(NewerTable.class)
        .recoverWithItem(newer -> {
          line.failed(newer.getMessage(), clock.instant());
          return exchange.unavailable(newer.getMessage());
        })
        .onFailure()
        .recoverWithItem(failure -> {
          var fault = failure instanceof Fault known
              ? known
              : dispatcher.fault(exchange.id(), failure, false);
          line.failed(fault.getMessage(), clock.instant());
          return exchange.broken(fault);
        })
        .map(quotas::on);
    return line.requests().of(answer);
  }

  private Uni<Response> answer(
      Optional<WhmFunction> function,
      Exchange exchange,
      ReadRequest request,
      CallLine line,
      QuotaFields quotas) {
    var calls = function
        .map(named -> named.calls(request.arguments()))
        .orElseGet(() -> Tally.ofEach(List.of(Tally.UNKNOWN)));
    var outcome = new CountOutcome(calls);
    line.counting(outcome);
    var declaration = function.map(WhmFunction::declaration);
    var changes = function.filter(named -> named.changes(request.arguments())).isPresent();
    // Before the credential, of which an older release would half read what it may do.
    return schema
        .check(declaration.filter(Declaration::isClosing).isPresent())
        .chain(() -> admit(exchange, outcome))
        .invoke(admitted -> {
          line.admitted(exchange.by(admitted.caller()));
          quotas.are(admitted.quotas());
        })
        .chain(admitted -> carryOut(function, exchange, request, exchange.by(admitted.caller()))
            .map(envelope ->
                envelope.warning(ExpiryWarning.of(admitted.caller().credential(), exchange.at())))
            .call(envelope ->
                record(exchange.id(), exchange.at(), envelope, admitted.caller(), calls.total()))
            .call(() -> folding.fold(admitted))
            .chain(envelope -> form(exchange, request, declaration, envelope, changes, line)
                .onFailure(WhmFailure.class)
                .recoverWithUni(tooLong -> form(
                    exchange,
                    request,
                    declaration,
                    dispatcher.refuse(envelope.command(), tooLong),
                    false,
                    line)))
            .onFailure()
            .call(() -> admission.takeBack(admitted)))
        .onFailure(OverQuota.class)
        .recoverWithUni(over -> {
          line.known(over.credential().known());
          quotas.areUsedUp(over.quota());
          var name = Quoted.of(exchange.route().function());
          var refusal = dispatcher.refuse(name, WhmFailure.refused(over.getMessage()));
          return noting
              .overQuota(attempt(function, exchange), over)
              .chain(noted -> form(exchange, request, declaration, refusal, false, line));
        });
  }

  private Uni<Response> form(
      Exchange exchange,
      ReadRequest request,
      Optional<Declaration> function,
      Envelope envelope,
      boolean changes,
      CallLine line) {
    return dispatcher
        .form(() -> exchange.answer(request.version(), function, envelope), exchange.id(), changes)
        .invoke(formed -> line.answered(envelope, clock.instant()));
  }

  private Uni<Admitted> admit(Exchange exchange, CountOutcome outcome) {
    return admission.admit(
        exchange.shown(), exchange.peer().trusted(), exchange.at(), exchange.id(), outcome);
  }

  private Uni<Envelope> carryOut(
      Optional<WhmFunction> function, Exchange exchange, ReadRequest request, Caller caller) {
    var name = Quoted.of(exchange.route().function());
    if (request.refusal().isPresent()) {
      return refuse(function, exchange, request, caller, request.refusal().get());
    }
    return function
        .filter(named -> request.version().serves(named.declaration()))
        .map(named -> run(named, exchange, request, caller))
        .orElseGet(() -> refuse(
            function,
            exchange,
            request,
            caller,
            request.version().unknownApp(name, function.map(WhmFunction::declaration))));
  }

  private Uni<Envelope> run(
      WhmFunction function, Exchange exchange, ReadRequest request, Caller caller) {
    try {
      var call = exchange.call(function.declaration(), request.arguments(), caller);
      return dispatcher.run(function, call);
    } catch (WhmFailure notThroughThisDoor) {
      return refuse(Optional.of(function), exchange, request, caller, notThroughThisDoor);
    }
  }

  private Uni<Envelope> refuse(
      Optional<WhmFunction> function,
      Exchange exchange,
      ReadRequest request,
      Caller caller,
      WhmFailure why) {
    return noting
        .refused(caller, nameOf(function), request.arguments(), why, exchange.at(), exchange.id())
        .map(noted -> dispatcher.refuse(Quoted.of(exchange.route().function()), why));
  }

  private static Attempt attempt(Optional<WhmFunction> function, Exchange exchange) {
    return new Attempt(nameOf(function), exchange.peer().nearest(), exchange.at(), exchange.id());
  }

  /** Of a function that does not exist clients choose the name, and it is none. */
  private static String nameOf(Optional<WhmFunction> function) {
    return function.map(named -> named.declaration().name()).orElse("");
  }

  /** A call whose record cannot be written is answered all the same: what it did is done. */
  Uni<Void> record(String id, Instant at, Envelope envelope, Caller caller, long count) {
    var call = new UsageRecord(
        caller.credential().user(),
        id,
        caller.credential().name(),
        caller.credential().id(),
        envelope.command(),
        count,
        envelope.result(),
        at);
    return usage
        .record(call)
        .onFailure()
        .invoke(failure -> LOG.errorf(failure, "%s has no usage record: %s", id, call))
        .onFailure()
        .recoverWithNull();
  }
}
