package dev.latchkey.token;

import static java.util.stream.Collectors.toSet;

import dev.latchkey.access.AddressRange;
import dev.latchkey.access.Credential;
import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.Used;
import dev.latchkey.api.Call;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.change.Changed;
import dev.latchkey.list.AskedPage;
import dev.latchkey.store.Item;
import dev.latchkey.store.Items;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How token names lie in the table, {@code U#user / N#name}, and what a change of tokens writes. A name has a copy of its
 * token, written with every change, so that a change reads the name alone.
 */
@Singleton
class TokenTable {
  private static final String NAME = "N#";
  private static final int OF_A_PAGE = 100;
  private static final String DIGEST = "digest";
  private static final String SAME_DIGEST = "digest = :digest";
  private static final Supplier<Changed> CHANGED = Changed::new;

  private final Store store;
  private final CredentialTable credentials;

  @Inject
  TokenTable(Store store, CredentialTable credentials) {
    this.store = store;
    this.credentials = credentials;
  }

  /**
   * The tokens of these names that there are, in one read of the names, which have copies of the tokens, and one of the
   * tokens of names that have none.
   *
   * @param copies whether copies are good enough: they may be those of a release that knew none, of which a change meets
   *     {@link Changed}
   * @throws Changed when one got another name meanwhile
   */
  Uni<Named> named(String user, Collection<String> names, boolean copies) {
    return store.getAll(names.stream().map(name -> key(user, name)).toList()).chain(items -> {
      var copied = copies
          ? items.stream().flatMap(item -> copy(user, item).stream()).toList()
          : List.<Credential>of();
      var known = copied.stream().map(Credential::digest).collect(toSet());
      var others =
          digests(items).stream().filter(digest -> !known.contains(digest)).toList();
      return credentials.find(user, others).map(found -> {
        if (!found.stream().map(Credential::name).allMatch(names::contains)) {
          throw new Changed();
        }
        return new Named(
            Stream.concat(copied.stream(), found.stream()).toList(), !copied.isEmpty());
      });
    });
  }

  private static Optional<Credential> copy(String user, Item item) {
    var name = item.getText("sk").substring(NAME.length());
    return item.findText(DIGEST)
        .flatMap(digest -> CredentialTable.copyIn(item, user, digest, name));
  }

  /** @param copied whether some of them are copies */
  record Named(List<Credential> tokens, boolean copied) {
    /**
     * What follows of them.
     *
     * @throws Changed for a refusal that copies led to: the tokens themselves decide it
     */
    <T> T decide(Supplier<T> decision) {
      try {
        return decision.get();
      } catch (WhmFailure refusal) {
        throw copied ? new Changed() : refusal;
      }
    }
  }

  /**
   * A live token with {@code all} that is not among {@code takenFrom}; it reads by the hundred until there is one, at most
   * as many as a user may have.
   */
  private Uni<Optional<Credential>> findWitness(
      String user, Function<List<Credential>, Optional<Credential>> among, String first) {
    return store
        .query(Query.between("U#" + user, first, NAME + Query.END).limit(OF_A_PAGE))
        .chain(items -> credentials.find(user, digests(items)).chain(found -> {
          var witness = among.apply(found);
          return witness.isPresent() || items.size() < OF_A_PAGE
              ? Uni.createFrom().item(witness)
              // A blank sorts before everything that a name may go on with.
              : findWitness(user, among, items.get(OF_A_PAGE - 1).getText("sk") + " ");
        }));
  }

  /** @param names how many names there are, as far as they were read */
  record Listed(Items<Used> tokens, int names) {}

  /** The tokens of a page, in the order of their names: one read of names, and one of each 100 tokens. */
  Uni<Listed> listed(String user, AskedPage page) {
    return store
        .query(Query.of("U#" + user, NAME).limit(page.most()).eventually())
        .chain(names -> credentials
            .findEventually(user, digests(page.cut(names)))
            .map(found -> new Listed(found, names.size())));
  }

  /** All tokens, by one read of them alone: one that was revoked has its name no more, nor anything of a credential. */
  Uni<Items<Used>> listed(String user) {
    return credentials.allEventually(user);
  }

  /** All that there are now, for what decides. */
  Uni<Items<Credential>> all(String user) {
    return credentials.all(user);
  }

  private static List<String> digests(List<Item> names) {
    // An update of counters creates an item that does not exist, and any function's role allows one
    // under this key.
    return names.stream()
        .flatMap(item -> item.findText(DIGEST).stream())
        .distinct()
        .toList();
  }

  Uni<Integer> count(String user) {
    return store.query("U#" + user, NAME).map(List::size);
  }

  void create(Transaction in, Credential token, Supplier<? extends RuntimeException> nameTaken) {
    in.putNew(name(token), nameTaken);
    credentials.create(in, token, nameTaken);
  }

  /** Turns one token into another of the same secret. */
  void change(
      Transaction in,
      Credential before,
      Credential after,
      Supplier<? extends RuntimeException> nameTaken) {
    credentials.change(in, before, after, CHANGED);
    if (!before.name().equals(after.name())) {
      deleteName(in, before);
      in.putNew(name(after), nameTaken);
    } else {
      copy(in, after);
    }
  }

  /** Writes what the token is now beside its name. */
  void copy(Transaction in, Credential token) {
    in.replace(name(token), SAME_DIGEST, digest(token), CHANGED);
  }

  /** A token takes the place of another one and has its name; the old one gets a name of its own, or is revoked. */
  void rotate(
      Transaction in, Rotation rotation, Function<String, ? extends RuntimeException> nameTaken) {
    var before = rotation.before();
    var successor = rotation.successor();
    credentials.handOver(in, before, rotation.old(), successor, rotation.counts(), CHANGED);
    in.replace(name(successor), SAME_DIGEST, digest(rotation.lost().orElse(before)), CHANGED);
    rotation.lost().ifPresent(lost -> credentials.deleteUnused(in, lost, CHANGED));
    rotation.old().ifPresent(old -> {
      if (old.name().equals(before.name())) {
        copy(in, old);
      } else {
        in.putNew(name(old), () -> nameTaken.apply(old.name()));
      }
    });
  }

  void revoke(Transaction in, Credential token) {
    credentials.delete(in, token, CHANGED);
    deleteName(in, token);
  }

  /** The name of a token that the same transaction deletes. */
  void forget(Transaction in, Credential token) {
    deleteName(in, token);
  }

  /**
   * Who vouches for {@code all} when it is taken from tokens: the caller's own where it stays, else another one.
   *
   * @param takenFrom tokens of the caller's user, of which one is at stake
   */
  Uni<Optional<Credential>> witness(Call call, List<Credential> takenFrom) {
    var source = AddressRange.parse(call.caller().source());
    Function<List<Credential>, Optional<Credential>> among =
        tokens -> LastAllToken.witness(tokens, takenFrom, source, call.at());
    var own = among.apply(List.of(call.caller().credential()));
    return own.isPresent()
        ? Uni.createFrom().item(own)
        : findWitness(call.caller().user().name(), among, NAME);
  }

  /**
   * The token that vouches still holds {@code all}; see {@link LastAllToken}. The caller's own is checked with every
   * change.
   */
  void checkWitness(Transaction in, Optional<Credential> witness, Call call) {
    witness
        .filter(token -> !token.digest().equals(call.caller().credential().digest()))
        .ifPresent(token -> credentials.checkUnchanged(in, token, CHANGED));
  }

  private static void deleteName(Transaction in, Credential token) {
    in.delete(key(token), SAME_DIGEST, digest(token), CHANGED);
  }

  private static Map<String, AttributeValue> digest(Credential token) {
    return Map.of(":digest", Item.text(token.digest()));
  }

  private static Item name(Credential token) {
    return CredentialTable.withCopy(Item.at(key(token)).with(DIGEST, token.digest()), token);
  }

  private static Key key(Credential token) {
    return key(token.user(), token.name());
  }

  private static Key key(String user, String name) {
    return new Key("U#" + user, NAME + name);
  }
}
