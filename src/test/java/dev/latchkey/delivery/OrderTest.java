package dev.latchkey.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.Firewall;
import dev.latchkey.server.Grant;
import dev.latchkey.server.GrantAccount;
import dev.latchkey.server.NodeId;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ObservationReader;
import dev.latchkey.server.Revocation;
import dev.latchkey.server.Revocations;
import dev.latchkey.server.RevokedKeys;
import dev.latchkey.server.Server;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.SessionId;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SourceRanges;
import dev.latchkey.ssh.SshUser;
import dev.latchkey.testing.Keys;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  private static Grant grant(long ticket, PublicKey key, SourceRanges from) {
    return Grant.wished(
        ticket, 1, new SshUser("a".repeat(32)), key, from, NOW, NOW.plusSeconds(604_800));
  }

  /** What once could be granted can always be taken away: an ending has no key, which is most of a grant. */
  @Test
  void asManyEndingsAsThereCanBeFitIntoOneOrder() {
    var key = PublicKey.parse(Keys.rsa(4096));
    var from = SourceRanges.ofCidrs(IntStream.range(0, SourceRanges.MOST)
        .mapToObj(i -> "2001:db8:%x:ffff:ffff:ffff:ffff:ffff/128".formatted(0xF000 + i))
        .collect(Collectors.joining(" ")));
    var state = new ServerState(
        Server.added(new ServerName("web"), new NodeId("i-0123456789abcdef0"), "root"), List.of());
    var ticket = 999_999_000L;
    while (!state.with(grant(ticket, key, from), NOW).holdsMoreThan(ServerState.MOST_GRANTS)
        && Order.converge("request", state.with(grant(ticket, key, from), NOW)).fits()) {
      state = state.with(grant(ticket++, key, from), NOW);
    }
    var wanted = Order.converge("request", state);
    var sessions = SessionId.parseAll(IntStream.range(0, SessionId.MOST)
        .mapToObj(i -> "ffffffff-4194304-%020d".formatted(i))
        .collect(Collectors.joining(",")));

    var ending = Order.converge("request", state.ending(grant -> true, Grant.Reason.REVOKED, NOW));

    System.out.printf(
        "%d grants: %d characters; ending: %d, with %d sessions %d%n",
        state.grants().size(),
        wanted.payload().length(),
        ending.payload().length(),
        sessions.size(),
        ending.ending(sessions).payload().length());
    assertThat(state.grants()).hasSizeGreaterThan(10);
    assertThat(ending.payload().length()).isLessThan(wanted.payload().length());
    assertThat(wanted.ending(sessions).payload().length())
        .isLessThanOrEqualTo(Order.MOST_CHARACTERS);
  }

  private static ServerState revoking(ServerState of, int keys) {
    var state = of;
    for (var i = 0; i < keys; i++) {
      state = state.revoking(
          Revocation.wished("SHA256:%042dA".formatted(i), NOW, "root", Optional.empty()), NOW);
    }
    return state;
  }

  private static ServerState empty() {
    return new ServerState(
        Server.added(new ServerName("web"), new NodeId("i-0123456789abcdef0"), "root"), List.of());
  }

  @Test
  void revokedKeysAreSpokenOfOnlyWhereThereAreSome() {
    assertThat(sent(empty().again(NOW))).doesNotContain("revok");
    assertThat(sent(revoking(empty(), 2)))
        .contains(
            "\"revoked\":[\"SHA256:%042dA\",\"SHA256:%042dA\"]".formatted(0, 1),
            "\"revoking\":[\"SHA256:%042dA\",\"SHA256:%042dA\"]".formatted(0, 1))
        .doesNotContain("revoked_keys");
    assertThat(sent(empty().keeping(RevokedKeys.KRL, NOW).again(NOW)))
        .contains("\"revoked_keys\":\"krl\"");
  }

  /** What closes is to fit where no more grants do, and leaves room for sessions that a revoke names. */
  @Test
  void aFullServerHasRoomForRevokedKeys() {
    var key = PublicKey.parse(Keys.rsa(4096));
    var from = SourceRanges.ofCidrs("192.0.2.0/24");
    var state = empty();
    var ticket = 1L;
    while (Order.converge("request", state.with(grant(ticket, key, from), NOW)).fits()) {
      state = state.with(grant(ticket++, key, from), NOW);
    }
    var keys = 0;
    while (Order.converge("request", revoking(state, keys + 1)).fitsRevoked()) {
      keys++;
    }

    System.out.printf("%d grants and %d revoked keys fit into one order%n", ticket - 1, keys);
    assertThat(keys).isGreaterThan(20);
    assertThat(Order.converge("request", revoking(empty(), Revocations.MOST)).fitsRevoked())
        .isTrue();
  }

  /** An agent of an earlier release does what it knows of an order, and says that it has done it. */
  @Test
  void anAgentThatPassesOverARevokedKeyHasNotProvenIt() {
    var state = revoking(empty(), 1);
    var order = Order.converge("request", state);
    var passed = "{\"latchkey\":1,\"outcome\":\"DONE\",\"generation\":1%s}";

    assertThat(order.closes()).isTrue();
    assertThat(order.isProvenBy(ObservationReader.read(passed.formatted("")).orElseThrow()))
        .isFalse();
    var told = ",\"revoked\":[{\"fingerprint\":\"SHA256:%042dA\",\"gone\":true}]".formatted(0);
    assertThat(order.isProvenBy(ObservationReader.read(passed.formatted(told)).orElseThrow()))
        .isTrue();
  }

  @Test
  void theFirewallIsSpokenOfOnlyWhereItIsClosed() {
    var state = new ServerState(
            Server.added(new ServerName("web"), new NodeId("i-0123456789abcdef0"), "root"),
            List.of())
        .with(grant(1, PublicKey.parse(Keys.ed25519()), SourceRanges.ofCidrs("192.0.2.0/24")), NOW);

    assertThat(sent(state)).doesNotContain("firewall");
    assertThat(sent(state.with(Firewall.CLOSED, NOW)))
        .contains("\"firewall\":\"closed\"", "\"ticket\":1");
  }

  @Test
  void anAccountIsSpokenOfOnlyWhereItIsTheGrantsOwn() {
    var none = new ServerState(
        Server.added(new ServerName("web"), new NodeId("i-0123456789abcdef0"), "root"), List.of());
    var key = PublicKey.parse(Keys.ed25519());
    var from = SourceRanges.ofCidrs("192.0.2.0/24");
    assertThat(sent(none.with(grant(1, key, from), NOW))).doesNotContain("account\":", "sudo");

    var own = Grant.wished(
        1, 1, GrantAccount.nameFor(1), GrantAccount.OWN, key, from, NOW, NOW.plusSeconds(60));
    var state = none.with(own, NOW);
    assertThat(sent(state))
        .contains("\"user\":\"lk-1\"", "\"account\":\"own\"")
        .doesNotContain("sudo");
    assertThat(sent(state.ending(grant -> true, Grant.Reason.REVOKED, NOW)))
        .contains("\"user\":\"lk-1\"", "\"account\":\"own\"");
  }

  private static String sent(ServerState state) {
    return new String(
        Base64.getDecoder().decode(Order.converge("request", state).payload()));
  }

  /** A statement about another order, or from another node, does not count, even if everything else in it is right. */
  @Test
  void onlyItsOwnRequestFromItsOwnNodeIsAnAnswer() {
    var order = Order.observe(
        "request.1",
        Server.added(new ServerName("web"), new NodeId("i-0123456789abcdef0"), "root"));

    assertThat(order.isAnsweredBy(stated("request-1", "i-0123456789abcdef0"))).isTrue();
    for (var request : new String[] {"request-2", "request.1", "request-1 ", "request", ""}) {
      assertThat(order.isAnsweredBy(stated(request, "i-0123456789abcdef0"))).isFalse();
    }
    for (var node : new String[] {"i-0123456789abcdef1", "i-0123456789abcdef", ""}) {
      assertThat(order.isAnsweredBy(stated("request-1", node))).isFalse();
    }
  }

  /** Also where the statement says that another order is wanted by now. */
  @Test
  void anotherOrdersStaleIsNotItsAnswer() {
    var server = Server.added(new ServerName("web"), new NodeId("i-0123456789abcdef0"), "root");
    var order = Order.observe("request.1", server);

    assertThat(staleTo(order, "request-1")).isInstanceOf(OrderOutcome.Stale.class);
    assertThat(staleTo(order, "request-2")).isInstanceOf(OrderOutcome.Unknown.class);
  }

  private static OrderOutcome staleTo(Order order, String request) {
    var output =
        "{\"latchkey\":1,\"outcome\":\"STALE\",\"request\":\"%s\",\"node\":\"i-0123456789abcdef0\",\"agent\":{\"sha256\":\"%s\"}}";
    return OrderEnd.of(
        order,
        new Invocation(
            Invocation.State.FINISHED,
            "Success",
            output.formatted(request, ReleasedAgent.sha256())));
  }

  /** By induction a server never names the agent that is run on it: what it states of another one is not recorded. */
  @Test
  void onlyAnAgentThatCanHaveBeenAskedForAnswers() {
    var server = Server.added(new ServerName("web"), new NodeId("i-0123456789abcdef0"), "root");
    var stated =
        "{\"latchkey\":1,\"outcome\":\"DONE\",\"request\":\"request\",\"node\":\"%s\",\"agent\":{\"sha256\":\"%s\"}}";
    var earlier = "a".repeat(64);
    var before = new ServerState(server, List.of())
        .after(read(stated.formatted(server.node(), earlier)), NOW)
        .server();
    assertThat(ReleasedAgent.andThatOf(before).earlier()).contains(earlier);

    assertThat(Order.observe("request", server)
            .isAnsweredBy(read(stated.formatted(server.node(), earlier))))
        .isFalse();
    assertThat(Order.observe("request", before)
            .isAnsweredBy(read(stated.formatted(server.node(), earlier))))
        .isTrue();
    assertThat(Order.observe("request", before)
            .isAnsweredBy(read(stated.formatted(server.node(), ReleasedAgent.sha256()))))
        .isTrue();
    assertThat(Order.observe("request", before)
            .isAnsweredBy(read(stated.formatted(server.node(), "b".repeat(64)))))
        .isFalse();
  }

  private static Observation read(String stated) {
    return ObservationReader.read(stated).orElseThrow();
  }

  @Test
  void whatClosesAccessIsToldFromWhatOpensIt() {
    var server = Server.added(new ServerName("web"), new NodeId("i-0123456789abcdef0"), "root");
    var state = new ServerState(server, List.of())
        .with(grant(1, PublicKey.parse(Keys.ed25519()), SourceRanges.ofCidrs("192.0.2.0/24")), NOW);
    var sessions = SessionId.parseAll("ffffffff-4194304-%020d".formatted(1));

    assertThat(Order.converge("request", state).closes()).isFalse();
    assertThat(Order.observe("request", server).closes()).isFalse();
    assertThat(Order.converge("request", state).ending(sessions).closes()).isTrue();
    assertThat(Order.converge("request", state.ending(one -> true, Grant.Reason.REVOKED, NOW))
            .closes())
        .isTrue();
    assertThat(Order.converge("request", state.with(Firewall.CLOSED, NOW)).closes())
        .isTrue();
    assertThat(Order.remove("request", state).closes()).isTrue();
  }

  private static Observation stated(String request, String node) {
    return ObservationReader.read(
            "{\"latchkey\":1,\"outcome\":\"DONE\",\"request\":\"%s\",\"node\":\"%s\"}"
                .formatted(request, node))
        .orElseThrow();
  }

  @Test
  void onlyItsOwnEpochGenerationAndHashIsWhatItWants() {
    var state = new ServerState(
            Server.added(new ServerName("web"), new NodeId("i-0123456789abcdef0"), "root"),
            List.of())
        .with(grant(1, PublicKey.parse(Keys.ed25519()), SourceRanges.ofCidrs("192.0.2.0/24")), NOW);
    var order = Order.converge("request", state);
    var other = state.ending(grant -> true, Grant.Reason.REVOKED, NOW).hash();

    assertThat(order.isCarriedOutBy(carriedOut(0, 1, state.hash()))).isTrue();
    assertThat(order.isCarriedOutBy(carriedOut(1, 1, state.hash()))).isFalse();
    assertThat(order.isCarriedOutBy(carriedOut(0, 2, state.hash()))).isFalse();
    assertThat(order.isCarriedOutBy(carriedOut(0, 0, state.hash()))).isFalse();
    assertThat(order.isCarriedOutBy(carriedOut(0, 1, other))).isFalse();
  }

  private static Observation carriedOut(long epoch, long generation, String hash) {
    return ObservationReader.read(
            "{\"latchkey\":1,\"outcome\":\"DONE\",\"epoch\":%d,\"generation\":%d,\"hash\":\"%s\"}"
                .formatted(epoch, generation, hash))
        .orElseThrow();
  }

  @Test
  void whatEndsIsNamedByItsFingerprintAndHasNoKey() {
    var key = PublicKey.parse(Keys.ed25519());
    var state = new ServerState(
            Server.added(new ServerName("web"), new NodeId("i-0123456789abcdef0"), "root"),
            List.of())
        .with(grant(1, key, SourceRanges.ofCidrs("192.0.2.0/24")), NOW)
        .ending(grant -> true, Grant.Reason.REVOKED, NOW);

    assertThat(sent(state)).contains(key.fingerprint()).doesNotContain(key.line());
  }

  /** An agent that does not know the verb refuses the order, where it would pass over a flag. */
  @Test
  void aRehearsalIsAVerbOfItsOwn() {
    var state = new ServerState(
        Server.added(new ServerName("web"), new NodeId("i-0123456789abcdef0"), "root"), List.of());

    for (var order : List.of(
        Order.converge("request", state),
        Order.remove("request", state),
        Order.act("request", state),
        Order.observe("request", state.server()))) {
      var sent = new String(Base64.getDecoder().decode(order.payload()));
      var rehearsal = new String(Base64.getDecoder().decode(order.rehearsal().payload()));

      assertThat(rehearsal).contains("\"verb\":\"rehearse\"").contains("\"of\":\"");
      assertThat(rehearsal.replaceFirst("rehearse", "VERB").replaceFirst(",\"of\":\"[a-z]+\"", ""))
          .isEqualTo(sent.replaceFirst("converge|remove|act|observe", "VERB"));
    }
  }
}
