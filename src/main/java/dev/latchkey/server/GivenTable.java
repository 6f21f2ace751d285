package dev.latchkey.server;

import dev.latchkey.ssh.SshUser;
import dev.latchkey.store.Item;
import dev.latchkey.store.Items;
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
import java.util.Optional;
import java.util.Set;

/**
 * Where the grants are that a line of tokens gave: {@code GIVEN#line / server#ticket#account}, which finds a candidate and decides
 * nothing; {@code ttl} removes it after the grant's own time. {@code GIVEN / time#change} names the tokens that one change
 * revoked and whose grants are to end, until an end is wanted of all of them.
 */
@Singleton
public class GivenTable {
  private static final String ENDINGS = "GIVEN";
  private static final String TOKENS = "tokens";
  private static final String REVOKED = "revoked";

  private static final int MOST_ENDINGS = 25;

  /** Whatever the clocks say. */
  private static final Duration KEPT = Duration.ofHours(1);

  private final Store store;

  @Inject
  GivenTable(Store store) {
    this.store = store;
  }

  /**
   * Tokens that one change revoked.
   *
   * @param tokens the lasting ids of their lines
   * @param revoked their own; none where an earlier release noted it
   * @param at when they were revoked: what others of their lines, which may be valid, granted since is left alone
   */
  public record Ending(String key, List<String> tokens, List<String> revoked, Instant at) {
    /** Whatever its time says, what one of the revoked tokens gave it gave before. */
    public boolean ends(Grant grant) {
      return !grant.isEnding()
          && grant
              .by()
              .filter(by -> tokens.contains(by.line())
                  && (revoked.contains(by.token()) || !grant.grantedAt().isAfter(at)))
              .isPresent();
    }

    private static Ending of(Item item) {
      var key = item.getText("sk");
      var at = Instant.ofEpochSecond(Long.parseLong(key.substring(0, key.indexOf('#'))));
      return new Ending(key, item.getFullSet(TOKENS), item.getSet(REVOKED), at);
    }
  }

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

  /** Has what these tokens gave ended, by whoever comes first; see {@link Ending}. */
  public Ending end(
      Transaction in, Collection<String> tokens, Collection<String> revoked, Instant now) {
    var item = Item.at(new Key(ENDINGS, at(now) + in.token()))
        .with(TOKENS, Item.set(tokens))
        .with(REVOKED, Item.set(revoked));
    in.put(item);
    return Ending.of(item);
  }

  /** That of the change that revoked tokens of these lines then; empty once it is done. */
  public Uni<Optional<Ending>> ending(Collection<String> tokens, Instant then) {
    return store
        .query(Query.of(ENDINGS, at(then)))
        .map(items -> Items.each(items, Ending::of).read().stream()
            .filter(ending -> Set.copyOf(ending.tokens()).equals(Set.copyOf(tokens)))
            .findFirst());
  }

  private static String at(Instant time) {
    return "%012d#".formatted(time.getEpochSecond());
  }

  /** The oldest that are not done, of which there may be more. */
  public Uni<Items<Ending>> endings() {
    return store
        .query(new Query(ENDINGS, " ", Query.END, MOST_ENDINGS, false))
        .map(items -> Items.each(items, Ending::of));
  }

  /** All that tokens of a line may have given. */
  public Uni<List<Given>> given(String token) {
    return store
        .query(Query.between("GIVEN#" + token, " ", Query.END))
        .map(items -> items.stream()
            .map(item -> new Given(token, item.as(GivenTable::grant)))
            .toList());
  }

  /** It is in the key, as nothing of what was given may be passed over. */
  private static GrantKey grant(Item item) {
    var parts = item.key().sk().split("#", 3);
    return new GrantKey(new ServerName(parts[0]), Long.parseLong(parts[1]), new SshUser(parts[2]));
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
