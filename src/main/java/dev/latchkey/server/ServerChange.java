package dev.latchkey.server;

import dev.latchkey.access.Caller;
import dev.latchkey.access.CallerCheck;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.audit.AuditEntry;
import dev.latchkey.audit.AuditTable;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Reads a server and changes it for a caller; again when it was changed between the two. */
@Singleton
public class ServerChange {
  private static final int RETRIES = 5;

  private final ServerTable servers;
  private final CallerCheck callers;
  private final AuditTable audit;

  @Inject
  ServerChange(ServerTable servers, CallerCheck callers, AuditTable audit) {
    this.servers = servers;
    this.callers = callers;
    this.audit = audit;
  }

  /** @param attempt reads, and ends with {@link #commit} */
  public static <T> Uni<T> of(Supplier<Uni<? extends T>> attempt) {
    return Uni.createFrom()
        .<T>deferred(attempt::get)
        .onFailure(ServerChanged.class)
        .retry()
        .atMost(RETRIES)
        .onFailure(ServerChanged.class)
        .transform(busy ->
            WhmFailure.refused("It is being changed by others; nothing was done, try again."));
  }

  /**
   * One transaction: what {@code steps} add, the check of the caller, and the audit entry.
   *
   * @throws ServerChanged when something is no longer what was read
   */
  public Uni<Void> commit(Caller caller, AuditEntry entry, Consumer<Transaction> steps) {
    var transaction = servers.store().transaction();
    steps.accept(transaction);
    callers.add(
        transaction,
        caller,
        () -> WhmFailure.refused(
            "The token or the user that makes this call was changed meanwhile; nothing was done."));
    return audit.commit(transaction, entry);
  }

  /** The change of a server's wanted state alone. */
  public Uni<ServerState> commit(
      Caller caller, AuditEntry entry, ServerState before, ServerState after) {
    return commit(caller, entry, before, after, in -> {});
  }

  public Uni<ServerState> commit(
      Caller caller,
      AuditEntry entry,
      ServerState before,
      ServerState after,
      Consumer<Transaction> more) {
    return commit(caller, entry, in -> {
          servers.write(in, before, after);
          more.accept(in);
        })
        .replaceWith(after);
  }
}
