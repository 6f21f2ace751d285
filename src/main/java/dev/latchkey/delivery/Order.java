package dev.latchkey.delivery;

import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import dev.latchkey.server.Firewall;
import dev.latchkey.server.Grant;
import dev.latchkey.server.NodeId;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Server;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.SessionId;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What is sent to a server: the whole wanted state, and at most one verb for keys; see {@code infra/agent/README.md}. */
public final class Order {
  /** Of a command document with its parameters SSM takes 64 KiB. */
  static final int MOST_CHARACTERS = 40_000;

  /** Kept free of grants, for a verb for keys, or the sessions that a revoke ends: closing must always fit. */
  private static final int ROOM_TO_CLOSE = 6_000;

  /** What of it stays free where the rest is taken by revoked keys. */
  private static final int ROOM_FOR_SESSIONS = 2_000;

  private static final int FORMAT = 1;
  private static final String ACT = "act";
  private static final String REHEARSE = "rehearse";

  private final String request;
  private final ServerName server;
  private final NodeId node;
  private final Optional<ServerState> wanted;
  private final KnownAgents agents;
  private final Data.Hash order;
  private final Data.Hash line;

  /** Ids of requests have dots where they are a command of a batch, and what API Gateway puts into them; the agent takes neither. */
  private static String plain(String request) {
    return request.replaceAll("[^A-Za-z0-9-]", "-");
  }

  private Order(
      String request,
      Server server,
      Optional<ServerState> wanted,
      Data.Hash order,
      Data.Hash line) {
    this(
        request,
        server.name(),
        server.node(),
        wanted,
        ReleasedAgent.andThatOf(server),
        order,
        line);
  }

  private Order(
      String request,
      ServerName server,
      NodeId node,
      Optional<ServerState> wanted,
      KnownAgents agents,
      Data.Hash order,
      Data.Hash line) {
    this.request = request;
    this.server = server;
    this.node = node;
    this.wanted = wanted;
    this.agents = agents;
    this.order = order;
    this.line = line;
  }

  private Order of(Data.Hash another) {
    return new Order(request, server, node, wanted, agents, another, line);
  }

  /** Make the server so. */
  public static Order converge(String request, ServerState wanted) {
    var server = wanted.server();
    var order = begin("converge", plain(request))
        .with("key_file", server.keyFiles().toString())
        .with("firewall", server.firewall().told().map(Data::text))
        .with("grants", list(wanted.wanted(), Order::grant))
        .with("ending", list(wanted.ending(), Order::ending))
        .with("revoked_keys", server.revokedKeys().told().map(Data::text))
        .with("revoked", texts(wanted.revocations().fingerprints()))
        .with("revoking", texts(wanted.revocations().told(server.attempts())));
    return new Order(plain(request), server, Optional.of(wanted), order, place(wanted));
  }

  /**
   * Carries out an action alone, on top of the wanted state that is in force there already: {@code wanted} has the same in its
   * next generation. It is what orders to many servers are, which have no room for the state of each.
   */
  public static Order act(String request, ServerState wanted) {
    return new Order(
        plain(request),
        wanted.server(),
        Optional.of(wanted),
        begin(ACT, plain(request)),
        place(wanted));
  }

  /** Close everything, then take the agent and all that it made off the server. */
  public static Order remove(String request, ServerState wanted) {
    return new Order(
        plain(request),
        wanted.server(),
        Optional.of(wanted),
        begin("remove", plain(request)),
        place(wanted));
  }

  /** Look, and change nothing. */
  public static Order observe(String request, Server server) {
    return new Order(
        plain(request), server, Optional.empty(), begin("observe", plain(request)), line(server));
  }

  /** Say what this would change, and change nothing: a verb that an agent which does not know it refuses. */
  Order rehearsal() {
    return isRehearsal()
        ? this
        : new Order(
            request,
            server,
            node,
            Optional.empty(),
            agents,
            order.with("verb", REHEARSE).with("of", verb()),
            line);
  }

  boolean isRehearsal() {
    return isOf(REHEARSE);
  }

  private boolean isOf(String verb) {
    return verb().equals(Data.text(verb));
  }

  private Data verb() {
    return order.get("verb").orElseThrow();
  }

  public Order with(Data.Hash action) {
    return of(order.with("action", action));
  }

  /** Ends these live sessions too, which nobody can attribute; none leaves the order as it is. */
  public Order ending(List<SessionId> sessions) {
    return sessions.isEmpty()
        ? this
        : of(order.with(
            "end_unattributed",
            Data.texts(sessions.stream().map(SessionId::value).toList())));
  }

  private static Data.Hash begin(String verb, String request) {
    return Data.hash().with("latchkey", FORMAT).with("verb", verb).with("request", request);
  }

  private static Data.Hash line(Server server) {
    return Data.hash().with("node", server.node().value());
  }

  private static Data.Hash place(ServerState wanted) {
    var server = wanted.server();
    return line(server)
        .with("epoch", server.epoch())
        .with("generation", server.generation())
        .with("hash", wanted.hash());
  }

  private static Data.Sequence list(List<Grant> all, Function<Grant, Data> each) {
    return new Data.Sequence(all.stream().map(each).toList());
  }

  private static Optional<Data> texts(List<String> all) {
    return all.isEmpty() ? Optional.empty() : Optional.of(Data.texts(all));
  }

  private static Data.Hash grant(Grant grant) {
    return Data.hash()
        .with("ticket", grant.ticket())
        .with("user", grant.user().value())
        .with("key", grant.key().line())
        .with("from", Data.texts(grant.from().cidrs()))
        .with("expires_at", grant.expiresAt().getEpochSecond())
        .with("account", grant.account().told().map(Data::text))
        .with("sudo", grant.account().toldSudo().map(Data::number));
  }

  /** By name and fingerprint: what is to be closed needs no key, which a server could find malformed. */
  private static Data.Hash ending(Grant grant) {
    return Data.hash()
        .with("ticket", grant.ticket())
        .with("user", grant.user().value())
        .with("fingerprint", grant.key().fingerprint())
        .with("from", Data.texts(grant.from().cidrs()))
        .with("expires_at", grant.expiresAt().getEpochSecond())
        .with("account", grant.account().told().map(Data::text));
  }

  public String request() {
    return request;
  }

  ServerName server() {
    return server;
  }

  /** The state that it makes; empty where it only looks. */
  Optional<ServerState> wanted() {
    return wanted;
  }

  public NodeId node() {
    return node;
  }

  KnownAgents agents() {
    return agents;
  }

  /** Whether it takes access away: it waits for no new agent. */
  boolean closes() {
    return isOf("remove")
        || order.get("end_unattributed").isPresent()
        || wanted
            .filter(state -> !state.ending().isEmpty()
                || !state.revocations().unproven().isEmpty()
                || state.server().firewall() == Firewall.CLOSED)
            .isPresent();
  }

  /** Whether it is the order that {@code stated} speaks of, in the words of an agent of ours. */
  boolean isAnsweredBy(Observation stated) {
    return stated.request().equals(request)
        && stated.node().equals(node.value())
        && agents.includesThatOf(stated);
  }

  /** Whether what is stated is the state that this order wants: its epoch, its generation and its hash. */
  boolean isCarriedOutBy(Observation stated) {
    return wanted.map(state -> state.isStatedBy(stated)).orElse(true);
  }

  /** Whether it says what became of all that is to be closed: an agent that knows nothing of revoked keys passes over them. */
  boolean isProvenBy(Observation stated) {
    return stated.outcome() == Observation.Outcome.DONE
        && wanted.stream()
            .flatMap(state -> state.revocations().told(state.server().attempts()).stream())
            .allMatch(fingerprint -> stated.revoked(fingerprint).isPresent());
  }

  /** Base64 of the order: an alphabet without anything that a shell would read. */
  String payload() {
    return isOf(ACT) || order.get("of").equals(Optional.of(Data.text(ACT)))
        ? payload(List.of(this))
        : base64(order.with(line));
  }

  /** One payload for orders that differ in nothing but their lines: each server takes its own. */
  static String payload(List<Order> alike) {
    var lines = new Data.Sequence(alike.stream().<Data>map(each -> each.line).toList());
    return base64(alike.get(0).order.with("servers", lines));
  }

  private static String base64(Data.Hash order) {
    return Base64.getEncoder().encodeToString(Json.write(order));
  }

  /** @return whether it is short enough for one more key to be revoked, which is to fit where no grant does */
  public boolean fitsRevoked() {
    return payload().length() <= MOST_CHARACTERS - ROOM_FOR_SESSIONS;
  }

  /** @return whether it is short enough for one more grant to be wished */
  public boolean fits() {
    return payload().length() <= MOST_CHARACTERS - ROOM_TO_CLOSE;
  }
}
