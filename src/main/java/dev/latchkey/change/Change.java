package dev.latchkey.change;

import dev.latchkey.access.Caller;
import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.SessionTable;
import dev.latchkey.access.UserTable;
import dev.latchkey.api.Call;
import dev.latchkey.api.DryRun;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.audit.AuditTable;
import dev.latchkey.repeat.Stamping;
import dev.latchkey.store.ReadOnly;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import dev.latchkey.store.Unis;
import dev.latchkey.store.UnknownOutcome;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * The one unit of work. Whatever is decided about the table is committed here, in one transaction with its audit entry, and
 * only while the caller is still what was admitted: a token that was revoked or narrowed meanwhile changes nothing.
 */
@Singleton
public class Change {
  private static final int RETRIES = 10;

  private final Store store;
  private final UserTable users;
  private final CredentialTable credentials;
  private final SessionTable sessions;
  private final AuditTable audit;

  @Inject
  Change(
      Store store,
      UserTable users,
      CredentialTable credentials,
      SessionTable sessions,
      AuditTable audit) {
    this.store = store;
    this.users = users;
    this.credentials = credentials;
    this.sessions = sessions;
    this.audit = audit;
  }

  /**
   * Reads, decides and commits; again, a bounded number of times, when what was read has changed meanwhile.
   *
   * @param attempt reads, and ends with a commit
   * @throws WhmFailure when others kept changing it
   */
  public static <T> Uni<T> retrying(Supplier<Uni<? extends T>> attempt) {
    return Uni.createFrom()
        .<T>deferred(attempt::get)
        .onFailure(Changed.class)
        .retry()
        .atMost(RETRIES)
        .onFailure(Changed.class)
        .transform(busy ->
            WhmFailure.refused("It is being changed by others; nothing was done, try again."));
  }

  /**
   * As {@link #retrying(Supplier)}.
   *
   * @param attempt is given how often it was tried before, 0 at first
   */
  public static <T> Uni<T> retrying(IntFunction<Uni<? extends T>> attempt) {
    return Uni.createFrom().deferred(() -> {
      var tries = new AtomicInteger();
      return retrying(() -> attempt.apply(tries.getAndIncrement()));
    });
  }

  /** {@link #commit(Author, String, String, Consumer)} for a call. */
  public Uni<Void> commit(Call call, String owner, String sentence, Consumer<Transaction> items) {
    return commit(Author.of(call), owner, sentence, items);
  }

  /** @param made for a repeat of the call, what its arguments do not tell, such as the id of what it makes; never a secret */
  public Uni<Void> commit(
      Call call, String owner, String sentence, List<String> made, Consumer<Transaction> items) {
    return commit(Author.of(call), List.of(owner), sentence, made, items);
  }

  /**
   * One transaction: the items, the check that the caller is still what was admitted, and the audit entry. In a dry run its
   * conditions are judged, and the sentence is a part of the answer.
   *
   * @param owner the user whose account is changed, and in whose audit it is listed
   * @param sentence what the audit entry says of the change; never a secret
   * @param items adds the writes, each with what it means when its condition does not hold: {@link Changed} to read again,
   *     or a {@link WhmFailure}, such as for a name that is taken
   */
  public Uni<Void> commit(
      Author author, String owner, String sentence, Consumer<Transaction> items) {
    return commit(author, List.of(owner), sentence, List.of(), items);
  }

  /** The same of a change of several accounts, in whose audits it is listed: at least one. */
  public Uni<Void> commit(
      Call call, List<String> owners, String sentence, Consumer<Transaction> items) {
    return commit(Author.of(call), owners, sentence, List.of(), items);
  }

  private Uni<Void> commit(
      Author author,
      List<String> owners,
      String sentence,
      List<String> made,
      Consumer<Transaction> items) {
    return Stamping.step(
        author.steps(), made, stamp -> write(author, owners, sentence, stamp.andThen(items)));
  }

  private Uni<Void> write(
      Author author, List<String> owners, String sentence, Consumer<Transaction> items) {
    var transaction = store.transaction();
    items.accept(transaction);
    author.caller().ifPresent(caller -> checkUnchanged(transaction, caller));
    var entries = owners.stream().map(owner -> author.entry(owner, sentence)).toList();
    entries.forEach(entry -> audit.add(transaction, entry));
    // When DynamoDB does not say whether it was done, the entry does: it is there or not, and only
    // then is the same
    // transaction sent again, which DynamoDB carries out at most once.
    return store
        .write(transaction)
        .onFailure(UnknownOutcome.class)
        .recoverWithUni(() -> audit
            .has(entries.get(0))
            .chain(done -> done ? Uni.createFrom().voidItem() : store.write(transaction)))
        .chain(() -> Unis.all(entries, entry -> DryRun.note(entry.user(), entry.what())))
        .replaceWithVoid();
  }

  /** One transaction that notes what was found out, such as a server's statement: nobody decided it. A dry run notes nothing. */
  public Uni<Void> note(Consumer<Transaction> items) {
    return ReadOnly.choose(() -> Uni.createFrom().voidItem(), () -> {
      var transaction = store.transaction();
      items.accept(transaction);
      return store.write(transaction);
    });
  }

  private void checkUnchanged(Transaction in, Caller caller) {
    Supplier<WhmFailure> changed = () -> WhmFailure.refused(
        "The token, the session or the user that makes this call was changed meanwhile; nothing was done.");
    users.checkUnchanged(in, caller.user(), changed);
    if (caller.isPossessed()) {
      users.checkUnchanged(in, caller.opener(), changed);
    }
    caller.session().ifPresent(session -> sessions.checkThere(in, session, changed));
    credentials.checkUnchanged(in, caller.credential(), changed);
  }
}
