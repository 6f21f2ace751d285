package dev.latchkey.report;

import static dev.latchkey.api.Permission.READ_AUDIT;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.audit.AuditEntry;
import dev.latchkey.audit.AuditTable;
import dev.latchkey.audit.AuditTable.WrongPlace;
import dev.latchkey.audit.RequestTime;
import dev.latchkey.data.Data;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An extension of WHM API 1: the changes that were made to the caller's account, and the calls that were turned away. */
@Singleton
@Path(AuditList.NAME)
public final class AuditList extends WhmFunction {
  static final String NAME = "audit_list";

  private static final long LAST_SECOND = 253_402_300_799L;
  private static final ParameterType<Long> TIME = ParameterType.integer(0, LAST_SECOND);

  private static final Parameter<Long> SINCE = Parameter.defaulting(
      "since", TIME, 0L, "Only changes at or after this time, in seconds since 1970.");

  private static final Parameter<Long> UNTIL = Parameter.defaulting(
      "until", TIME, LAST_SECOND, "Only changes before this time, in seconds since 1970.");

  private static final Parameter<Long> LIMIT = Parameter.defaulting(
      "limit",
      ParameterType.integer(1, 1000),
      100L,
      "How many entries to return at most, 1 to 1000.");

  private static final Parameter<Optional<String>> NEXT = Parameter.optional(
      "next",
      ParameterType.CURSOR,
      "The “next” from the previous answer, to go on after its last entry with the same “since” and “until”.");

  private static final Parameter<Optional<String>> REQUEST = Parameter.optional(
      "request_id",
      ParameterType.TEXT,
      "Only what the call with this X-Request-Id did or was refused for, without “since”, “until”, “limit” and “next”.");

  private static final String NOTHING =
      "No entry of “%s” has this id. The call changed nothing and was not turned away; or it was a dry run, or about another account; or there were so many like it in its hour that its id was not kept; or its token or session is unknown, for example revoked, and such calls are in the log alone.";

  private static final Field ENTRIES = Field.list(
      "entries",
      "The entries, newest first.",
      Field.time(
          "time",
          "When it was made; of several calls together, the end of the hour that they are of."),
      Field.text(
          "kind",
          "change; or, of calls of one token in one hour that had no effect, refusal, denial (the token was not let in) or read (an answer that an operator has noted); unreadable for an entry that was damaged in the table, of which only “time” and “request_id” are known."),
      Field.text("user", "The user whose account was changed."),
      Field.text("token_name", "The token that was used; null if the deployment itself made it.")
          .orNull(),
      Field.text(
              "token_id",
              "The token's lasting id, whatever its name is by now: the first 16 digits of its value's SHA-256; null for the deployment itself, and for changes of an earlier release.")
          .orNull(),
      Field.text(
              "function",
              "The function that made it; of several calls the last one, and null for one that does not exist.")
          .orNull(),
      Field.text(
          "change",
          "What was changed, in a line; of several calls how many, and the reason of the last."),
      Field.text("source_ip", "The address that the call came from; null if there was none.")
          .orNull(),
      Field.text(
          "request_id",
          "The id of the call, as its answer had it in X-Request-Id; of several calls, of one of them."),
      Field.number("calls", "How many calls it is of; left out for a change.").optional(),
      Field.texts(
              "request_ids", "The ids of some of these calls, 8 at most; left out for a change.")
          .optional());

  private final AuditTable audit;
  private final AuditUser users;

  @Inject
  AuditList(AuditTable audit, AuditUser users) {
    super(Declaration.of(
            NAME,
            "Lists the changes made to your account and the calls that were turned away, newest first.")
        .numbered(7)
        .asTool()
        .requires(Privilege.MANAGE_API_TOKENS)
        .needs(READ_AUDIT)
        .takes(SINCE, UNTIL, LIMIT, NEXT, REQUEST, AuditUser.PARAMETER)
        .answers(
            ENTRIES,
            Field.text("note", "Why there is nothing of that “request_id”.").optional(),
            Field.text(
                    "next",
                    "What the next call gives as “next” to list the older entries; left out if there are none.")
                .optional())
        .extension());
    this.audit = audit;
    this.users = users;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var request = REQUEST.from(call);
    return users
        .of(call)
        .chain(user -> request.map(id -> ofCall(user, id)).orElseGet(() -> page(call, user)));
  }

  private Uni<Answer> ofCall(String user, String request) {
    var arrived = RequestTime.of(request)
        .orElseThrow(
            () -> REQUEST.refused(
                "is not the X-Request-Id of an answer of this release; list the time of that call with “since” and “until”."));
    return audit
        .ofCall(user, RequestTime.ofCall(request), arrived)
        .map(entries -> Answer.of(Data.hash()
            .with("entries", shown(entries))
            .with(
                "note",
                entries.isEmpty()
                    ? Optional.of(Data.text(NOTHING.formatted(user)))
                    : Optional.empty())));
  }

  private Uni<Answer> page(Call call, String user) {
    var since = Instant.ofEpochSecond(SINCE.from(call));
    var until = Instant.ofEpochSecond(UNTIL.from(call));
    if (since.isAfter(until)) {
      throw SINCE.refused(
          "is after “until”, so no change can be between them; give a “since” that is not after “until”.");
    }
    return Uni.createFrom()
        .deferred(() -> audit.newestFirst(
            user, since, until, NEXT.from(call), Math.toIntExact(LIMIT.from(call))))
        .onFailure(WrongPlace.class)
        .transform(wrong -> NEXT.refused(wrong.getMessage()))
        .map(page -> Answer.of(Data.hash()
            .with("entries", shown(page.entries()))
            .with("next", page.next().map(Data::text))));
  }

  private static Data shown(List<AuditEntry> entries) {
    return new Data.Sequence(entries.stream().<Data>map(AuditList::show).toList());
  }

  private static Data.Hash show(AuditEntry entry) {
    var several = entry.several();
    return Data.hash()
        .with("time", entry.at().getEpochSecond())
        .with(
            "kind",
            entry.readable()
                ? several.map(calls -> calls.kind().text()).orElse("change")
                : "unreadable")
        .with("user", entry.user())
        .with(
            "token_name",
            Data.orNull(
                Optional.of(entry.credential()).filter(name -> !name.isEmpty()).map(Data::text)))
        .with(
            "token_id",
            Data.orNull(
                Optional.of(entry.credentialId()).filter(id -> !id.isEmpty()).map(Data::text)))
        .with(
            "function",
            Data.orNull(
                Optional.of(entry.function()).filter(name -> !name.isEmpty()).map(Data::text)))
        .with("change", entry.what())
        .with(
            "source_ip",
            Data.orNull(Optional.of(entry.source()).filter(ip -> !ip.isEmpty()).map(Data::text)))
        .with("request_id", several.map(calls -> calls.requests().get(0)).orElse(entry.request()))
        .with("calls", several.map(calls -> Data.number(calls.calls())))
        .with("request_ids", several.map(calls -> Data.texts(calls.requests())));
  }
}
