package dev.latchkey.server;

import dev.latchkey.ssh.SshUser;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Where the grants are that a line of tokens gave: {@code GIVEN#line / server#ticket#account}, which finds a candidate and decides
 * nothing; {@code ttl} removes it after the grant's own time. {@code GIVEN / time#change} names the tokens that one change
 * revoked and whose grants are to end, until no candidate is left.
 */
@Singleton
public class GivenTable {
  private static final String ENDINGS = "GIVEN";
  private static final String TOKENS = "tokens";

  /** In place of the key of one that is not there any more. */
  private static final String DONE = "done";

  private static final int MOST_ENDINGS = 25;

  /** Whatever the clocks say. */
  private static final Duration KEPT = Duration.ofHours(1);

  private final Store store;

  @Inject
  GivenTable(Store store) {
    this.store = store;
  }

  /** Tokens that one change revoked, by the lasting ids of their lines. */
  public record Ending(String key, List<String> tokens) {}

  /** A grant that a token of a line gave, as far as is known. */
  public record Given(String token, GrantKey grant) {}

  /** Notes who gives it; of a grant without a giver nothing. */
  public void note(Transaction in, ServerName server, Grant grant) {
    grant
        .by()
        .ifPresent(by -> in.put(Item.at(
                key(new Given(by.line(), new GrantKey(server, grant.ticket(), grant.user()))))
            .with("server_name", server.value())
            .with("ticket", grant.ticket())
            .with("ssh_user", grant.user().value())
            .with("ttl", Item.time(grant.expiresAt().plus(KEPT)))));
  }

  /** Has what these tokens gave ended, by whoever comes first. */
  public Ending end(Transaction in, Collection<String> tokens, Instant now) {
    var sort = "%012d#%s".formatted(now.getEpochSecond(), in.token());
    tokens.forEach(token -> in.addToSet(new Key(ENDINGS, sort), TOKENS, token));
    return new Ending(sort, List.copyOf(tokens));
  }

  /** That of these tokens, as far as it is not done: what it would end is found by their ids anyway. */
  public Uni<Ending> ending(List<String> tokens) {
    return endings()
        .map(all -> all.stream()
            .filter(ending -> Set.copyOf(ending.tokens()).equals(Set.copyOf(tokens)))
            .findFirst()
            .orElseGet(() -> new Ending(DONE, tokens)));
  }

  /** The oldest that are not done, of which there may be more. */
  public Uni<List<Ending>> endings() {
    return store
        .query(new Query(ENDINGS, " ", Query.END, MOST_ENDINGS, false))
        .map(items -> items.stream()
            .map(item -> new Ending(item.getText("sk"), item.getSet(TOKENS)))
            .toList());
  }

  /** @param most at least 1 */
  public Uni<List<Given>> given(String token, int most) {
    return store
        .query(new Query("GIVEN#" + token, " ", Query.END, most, false))
        .map(items -> items.stream()
            .map(item -> new Given(
                token,
                new GrantKey(
                    new ServerName(item.getText("server_name")),
                    item.getNumber("ticket"),
                    new SshUser(item.getText("ssh_user")))))
            .toList());
  }

  public void forget(Transaction in, Collection<Given> all) {
    all.forEach(given -> in.delete(key(given)));
  }

  public void done(Transaction in, Ending ending) {
    in.delete(new Key(ENDINGS, ending.key()));
  }

  private static Key key(Given given) {
    var grant = given.grant();
    return new Key(
        "GIVEN#" + given.token(), grant.server() + "#" + grant.ticket() + "#" + grant.user());
  }
}
