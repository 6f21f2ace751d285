package dev.latchkey.change;

import dev.latchkey.api.WhmFailure;
import dev.latchkey.settings.Settings;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.ReadOnly;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import dev.latchkey.store.UnknownOutcome;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.Serial;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * How many things each user has of what is limited, so that no list grows without end: {@code H#user / HELD}, counted in
 * the transactions that make and remove them. Earlier releases counted under {@code U#}, where a role may name few
 * attributes; what there is is counted anew.
 */
@Singleton
public class LimitTable {
  private static final int MOST_LISTS = 100;

  private final Store store;
  private final Change change;
  private final Settings.Limits limits;

  @Inject
  public LimitTable(Store store, Change change, Settings settings) {
    this.store = store;
    this.change = change;
    this.limits = settings.limits();
  }

  /** What is limited. */
  public enum Limited {
    TOKENS("tokens", "API tokens, expired ones included", "api_token_revoke revokes some"),
    TICKETS("tickets", "open tickets", "ticket_close closes some"),
    SERVERS("servers", "servers", "fleet_server_remove removes some"),
    /** Of root, whoever makes them. */
    RESELLERS("resellers", "resellers", "unsetupreseller removes some"),
    /** Of root, whoever saves them. */
    ACL_LISTS("acl_lists", "saved lists of privileges", "saveacllist api.delete=1 deletes some"),
    SESSIONS(
        "sessions",
        "sessions and links to some",
        "a logout ends one, and so do 15 minutes without a call");

    private final String name;
    private final String things;
    private final String remedy;

    Limited(String name, String things, String remedy) {
      this.name = name;
      this.things = things;
      this.remedy = remedy;
    }
  }

  /** One more, in the transaction that makes it. */
  public void add(Transaction in, String user, Limited what) {
    add(in, user, what, OptionalLong.empty());
  }

  /** @param own a limit of the user's own, which may be lower */
  public void add(Transaction in, String user, Limited what, OptionalLong own) {
    in.unjudged(one -> one.update(
        update(user, what, "ADD #held :one", "#held >= :none AND #held < :most")
            .expressionAttributeValues(Map.of(
                ":one", Item.number(1),
                ":none", Item.number(0),
                ":most", Item.number(most(what, own))))
            .build(),
        Full::new));
  }

  /** Fewer, in the transaction that removes them: it never stops that. */
  public void remove(Transaction in, String user, Limited what, int count) {
    in.update(
        Update.builder()
            .key(key(user).attributes())
            .updateExpression("ADD #held :count")
            .expressionAttributeNames(Map.of("#held", what.name))
            .expressionAttributeValues(Map.of(":count", Item.number(-count)))
            .build(),
        LimitTable::unguarded);
  }

  /** Something of the user's was made that nobody counted: what there is will be counted before the next one. */
  public void forget(Transaction in, String user) {
    in.put(Item.at(key(user)));
  }

  private static RuntimeException unguarded() {
    return new IllegalStateException("a step without a condition failed");
  }

  /**
   * Makes one more of something, which {@link #add} is a part of. Where nobody has counted yet, or it seems to be the last
   * one, what there is is counted, once; in a dry run always.
   *
   * @param count how many there are
   * @throws WhmFailure when there are as many as the setting allows
   */
  public <T> Uni<T> within(
      String user, Limited what, Supplier<Uni<Integer>> count, Supplier<Uni<T>> attempt) {
    return within(user, what, OptionalLong.empty(), count, attempt);
  }

  /** @param own as {@link #add(Transaction, String, Limited, OptionalLong)} has it */
  public <T> Uni<T> within(
      String user,
      Limited what,
      OptionalLong own,
      Supplier<Uni<Integer>> count,
      Supplier<Uni<T>> attempt) {
    return ReadOnly.choose(
        () ->
            count.get().invoke(counted -> refuseFull(user, what, own, counted)).chain(attempt::get),
        () -> limited(user, what, own, count, attempt));
  }

  private <T> Uni<T> limited(
      String user,
      Limited what,
      OptionalLong own,
      Supplier<Uni<Integer>> count,
      Supplier<Uni<T>> attempt) {
    return Uni.createFrom()
        .deferred(attempt::get)
        .onFailure(Full.class)
        .recoverWithUni(() -> recount(user, what, own, count)
            .chain(attempt::get)
            .onFailure(Full.class)
            .transform(full -> new Changed()));
  }

  private Uni<Void> recount(
      String user, Limited what, OptionalLong own, Supplier<Uni<Integer>> count) {
    return store.get(key(user)).chain(item -> {
      var seen = item.flatMap(held -> held.findNumber(what.name))
          .map(OptionalLong::of)
          .orElseGet(OptionalLong::empty);
      return count.get().chain(counted -> {
        refuseFull(user, what, own, counted);
        // Whether it was written is seen by the next try.
        return change
            .note(in -> in.update(set(user, what, seen, counted), Changed::new))
            .onFailure(UnknownOutcome.class)
            .transform(lost -> new Changed());
      });
    });
  }

  private void refuseFull(String user, Limited what, OptionalLong own, int counted) {
    if (counted >= most(what, own)) {
      throw WhmFailure.refused("“%s” has %d %s, and %d are the most; %s."
          .formatted(user, counted, what.things, most(what, own), what.remedy));
    }
  }

  private Update set(String user, Limited what, OptionalLong seen, int counted) {
    var values = new HashMap<String, AttributeValue>();
    values.put(":counted", Item.number(counted));
    seen.ifPresent(number -> values.put(":seen", Item.number(number)));
    var same = seen.isPresent() ? "#held = :seen" : "attribute_not_exists(#held)";
    return update(user, what, "SET #held = :counted", same)
        .expressionAttributeValues(values)
        .build();
  }

  private static Update.Builder update(
      String user, Limited what, String expression, String condition) {
    return Update.builder()
        .key(key(user).attributes())
        .updateExpression(expression)
        .conditionExpression(condition)
        .expressionAttributeNames(Map.of("#held", what.name));
  }

  private long most(Limited what, OptionalLong own) {
    return Math.min(most(what), own.orElse(Long.MAX_VALUE));
  }

  private int most(Limited what) {
    return switch (what) {
      case TOKENS -> limits.tokens();
      case TICKETS -> limits.tickets();
      case SERVERS -> limits.servers();
      case RESELLERS -> limits.resellers();
      case ACL_LISTS -> MOST_LISTS;
      case SESSIONS -> limits.sessions();
    };
  }

  private static Key key(String user) {
    return new Key("H#" + user, "HELD");
  }

  private static final class Full extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    Full() {
      super("there may be as many as there may be", null, false, false);
    }
  }
}
