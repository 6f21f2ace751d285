package dev.latchkey.ticket;

import dev.latchkey.change.Author;
import dev.latchkey.change.Belongings;
import dev.latchkey.change.Change;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Consumer;

/** The vendor profile of a user who is being removed, and its support agreement. */
@Singleton
class ProfileOfUser implements Belongings {
  private final TicketTable tickets;
  private final AgreementTable agreements;
  private final Change change;

  @Inject
  ProfileOfUser(TicketTable tickets, AgreementTable agreements, Change change) {
    this.tickets = tickets;
    this.agreements = agreements;
    this.change = change;
  }

  @Override
  public Uni<Boolean> remove(Author author, String user, Consumer<Transaction> whileEnding) {
    return Uni.combine()
        .all()
        .unis(tickets.findProfile(user), agreements.find(user))
        .asTuple()
        .chain(both -> both.getItem1().isEmpty() && both.getItem2().isEmpty()
            ? Uni.createFrom().voidItem()
            : change.commit(author, user, "removed vendor profile and support agreement", in -> {
              whileEnding.accept(in);
              tickets.deleteProfile(in, user);
              agreements.delete(in, user);
            }))
        .replaceWith(false);
  }
}
