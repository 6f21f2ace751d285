package dev.latchkey.wire;

import dev.latchkey.access.AccessDenied;
import dev.latchkey.access.Admission;
import dev.latchkey.access.Admitted;
import dev.latchkey.access.Authorization;
import dev.latchkey.access.CountOutcome;
import dev.latchkey.access.OverQuota;
import dev.latchkey.access.SessionClaim;
import dev.latchkey.access.SessionTable;
import dev.latchkey.access.Tally;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Functions;
import dev.latchkey.api.LoginParameters;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.store.NewerTable;
import dev.latchkey.store.Schema;
import dev.latchkey.wire.Noting.Attempt;
import dev.latchkey.wire.SessionKeeper.Opened;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;

/**
 * Opens sessions, by a token or by a link, and ends them. Nothing of a session is written before a token was admitted: there
 * is no session of somebody who is yet to log in, into which a request could write (CVE-2026-41940 of WHM).
 */
@Singleton
@Path(Entrance.PATH)
public class EntrancePage {
  private final Schema schema;
  private final Admission admission;
  private final SessionTable sessions;
  private final SessionKeeper keeper;
  private final CallPipeline pipeline;
  private final Dispatcher dispatcher;
  private final Noting noting;
  private final Proxies proxies;
  private final Clock clock;

  @Inject
  EntrancePage(
      Schema schema,
      Admission admission,
      SessionTable sessions,
      SessionKeeper keeper,
      CallPipeline pipeline,
      Dispatcher dispatcher,
      Noting noting,
      Proxies proxies,
      Clock clock) {
    this.schema = schema;
    this.admission = admission;
    this.sessions = sessions;
    this.keeper = keeper;
    this.pipeline = pipeline;
    this.dispatcher = dispatcher;
    this.noting = noting;
    this.proxies = proxies;
    this.clock = clock;
  }

  @GET
  public Uni<Response> get(@Context HttpServerRequest request) {
    return serve(request, new byte[0]);
  }

  @POST
  public Uni<Response> post(@Context HttpServerRequest request, byte[] body) {
    return serve(request, body);
  }

  private Uni<Response> serve(HttpServerRequest http, byte[] body) {
    var visit = Visit.of(http, body, clock.instant(), proxies.trusted());
    var line =
        new CallLine(visit.id(), visit.entrance().segment(), visit.peer().nearest(), visit.at());
    return line.requests()
        .of(Uni.createFrom()
            .deferred(() -> visit.entrance() == Entrance.OPEN ? open(visit, line) : end(visit))
            .invoke(done -> line.answered(done(visit), clock.instant()))
            .onFailure(AccessDenied.class)
            .recoverWithUni(denied -> {
              line.denied(denied, clock.instant());
              return noting
                  .denied(attempt(visit), denied)
                  .map(noted ->
                      visit.entrance() == Entrance.OPEN ? visit.refused() : visit.denied());
            })
            .onFailure(OverQuota.class)
            .recoverWithUni(over -> {
              line.known(over.credential().known());
              var quotas = new QuotaFields(visit.at());
              quotas.areUsedUp(over.quota());
              return noting
                  .overQuota(attempt(visit), over)
                  .map(noted -> quotas.on(refused(visit, line, over.getMessage())));
            })
            .onFailure(WhmFailure.class)
            .recoverWithItem(refusal -> refused(visit, line, refusal.getMessage()))
            .onFailure(NewerTable.class)
            .recoverWithItem(newer -> {
              line.failed(newer.getMessage(), clock.instant());
              return visit.failed(Response.Status.SERVICE_UNAVAILABLE, newer.getMessage());
            })
            .onFailure()
            .recoverWithItem(failure -> {
              var fault = dispatcher.fault(visit.id(), failure, true);
              line.failed(fault.getMessage(), clock.instant());
              return visit.failed(Response.Status.INTERNAL_SERVER_ERROR, fault.getMessage());
            }));
  }

  private static Attempt attempt(Visit visit) {
    return new Attempt(visit.entrance().segment(), visit.peer().nearest(), visit.at(), visit.id());
  }

  /** The credential is good, and yet there is no session. */
  private Response refused(Visit visit, CallLine line, String sentence) {
    line.answered(Envelope.failure(visit.entrance().segment(), sentence), clock.instant());
    return visit.failed(Response.Status.UNAUTHORIZED, sentence);
  }

  private static Envelope done(Visit visit) {
    return Envelope.of(visit.entrance().segment(), Answer.withoutData());
  }

  private Uni<Response> open(Visit visit, CallLine line) {
    if (visit.link().isPresent()) {
      var claim = visit.linkClaim();
      return visit.isGet() && visit.isOfBrowser()
          ? Uni.createFrom().item(visit.page(LoginPages.link(claim)))
          : byLink(visit, claim, line);
    }
    return visit.isGet()
        ? Uni.createFrom().item(visit.page(LoginPages.form(visit.target())))
        : byToken(visit, line);
  }

  private Uni<Response> byToken(Visit visit, CallLine line) {
    var claim = Authorization.of(
        visit.form().last(LoginParameters.USER.name()).orElse(""),
        visit.form().last(LoginParameters.PASS.name()).orElse(""));
    var source = visit.peer().trusted();
    return schema
        .check(false)
        .chain(() -> admission.admit(claim, source, visit.at(), visit.id(), counted(line)))
        .chain(admitted ->
            opened(visit, line, admitted, by -> keeper.open(by.caller(), visit.moment())));
  }

  private Uni<Response> byLink(Visit visit, SessionClaim claim, CallLine line) {
    var source = visit.peer().trusted();
    return schema
        .check(false)
        .chain(() -> sessions.findLink(claim, visit.at()))
        .chain(link -> admission
            .admit(link, claim.id(), source, visit.at(), visit.id(), counted(line))
            .chain(admitted -> opened(
                visit,
                line,
                admitted,
                by -> keeper.open(link, claim.token(), by.caller(), visit.moment()))));
  }

  private Uni<Response> opened(
      Visit visit, CallLine line, Admitted admitted, Function<Admitted, Uni<Opened>> opening) {
    line.admitted(admitted.caller());
    return opening
        .apply(admitted)
        .call(() -> pipeline.record(visit.id(), visit.at(), done(visit), admitted.caller(), 1))
        .map(visit::opened)
        .onFailure()
        .call(() -> admission.takeBack(admitted));
  }

  private static CountOutcome counted(CallLine line) {
    var outcome = new CountOutcome(Tally.ofEach(List.of(Functions.LOGIN.number())));
    line.counting(outcome);
    return outcome;
  }

  /** It closes access: no token is admitted for it, so that it also ends what could do nothing any more. */
  private Uni<Response> end(Visit visit) {
    var shown = Exchange.shown(visit.http());
    var claim = SessionClaim.parse(shown.cookies(), shown.prefix());
    var source = visit.peer().trusted();
    return schema
        .check(true)
        .chain(() -> sessions.toEnd(claim))
        .chain(session -> keeper.end(session, source, visit.moment()))
        .map(ended -> visit.ended());
  }
}
