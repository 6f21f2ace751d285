package dev.latchkey.server;

import dev.latchkey.server.Finding.Kind;
import dev.latchkey.server.Observation.Standing;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What was given on a server: by grants, and by authorizesshkey.
 *
 * @param authorized the keys that were authorized there
 */
record Given(ServerState state, List<AuthorizedKey> authorized) {
  private static final String ROOT = "root";

  /**
   * What the page has, each with who gave it; with the last page what was given and is not there.
   *
   * @param keys all that the server has, once the last page is there
   */
  List<KnownFinding> of(Findings page, Observation stated, List<Finding> keys, Instant now) {
    var all = new LinkedHashMap<String, Finding>();
    page.items().stream()
        .filter(one -> page.covers(one.id()))
        .forEach(one -> all.putIfAbsent(one.id(), one));
    if (page.next().isEmpty()) {
      vanished(page, stated, keys, now).forEach(one -> all.put(one.id(), one));
    }
    var server = state.server();
    return all.values().stream()
        .map(one ->
            new KnownFinding(server.name(), server.owner(), one, now, by(one), Optional.empty()))
        .toList();
  }

  private Optional<String> by(Finding found) {
    return switch (found.kind()) {
      case KEY -> found.ticket().isPresent() ? byGrant(found) : byHand(found);
      case ACCOUNT ->
        ticket(grant -> grant.account().isOwn() && grant.user().value().equals(found.name()));
      case SUDOERS ->
        ticket(grant -> grant.account().hasSudo()
            && found.name().equals("/etc/sudoers.d/latchkey-" + grant.user()));
      case VANISHED -> Optional.empty();
    };
  }

  private Optional<String> byGrant(Finding key) {
    return ticket(grant -> grant.ticket() == key.ticket().orElseThrow()
        && key.user().filter(grant.user().value()::equals).isPresent()
        && grant.key().fingerprint().equals(key.name()));
  }

  private Optional<String> byHand(Finding key) {
    return authorized.stream()
        .filter(one -> isOf(one, key))
        .map(one -> "authorizesshkey of " + one.by())
        .findFirst();
  }

  private static boolean isOf(AuthorizedKey key, Finding found) {
    return found.kind() == Kind.KEY
        && found.user().filter(ROOT::equals).isPresent()
        && found.name().equals(key.fingerprint());
  }

  private Optional<String> ticket(Predicate<Grant> of) {
    return state.grants().stream()
        .filter(of)
        .map(grant -> "ticket " + grant.ticket())
        .findFirst();
  }

  private Stream<Finding> vanished(
      Findings page, Observation stated, List<Finding> keys, Instant now) {
    var grants = stated.grants().stream()
        .filter(one -> one.state() == Standing.State.MISSING)
        .filter(one -> state.wanted().stream().anyMatch(one::isOf))
        .map(one -> Finding.vanished(
            "ticket " + one.ticket() + " as " + one.user(),
            one.problem().orElse("the line of its key is not there")));
    // Where a file of root's could not be read, nobody knows whether the key is in it.
    var isKnown = page.more() == 0
        && page.unread().stream()
            .noneMatch(one -> one.user().isEmpty() || one.user().equals(ROOT));
    var byHand = authorized.stream()
        .filter(one -> isKnown)
        .filter(one -> one.expiresAt().filter(end -> !end.isAfter(now)).isEmpty())
        .filter(one -> keys.stream().noneMatch(found -> isOf(one, found)))
        .map(one -> Finding.vanished(
            one.fingerprint(), "no file of root's has the key that " + one.by() + " authorized"));
    return Stream.concat(grants, byHand);
  }
}
