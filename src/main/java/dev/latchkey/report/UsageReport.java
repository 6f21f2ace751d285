package dev.latchkey.report;

import static dev.latchkey.api.Permission.READ_USAGE;

import dev.latchkey.access.Month;
import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.report.UsageReading.Asked;
import dev.latchkey.report.UsageReading.Group;
import dev.latchkey.text.Quoted;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** An extension of WHM API 1: the calls of a month and what they cost. */
@Singleton
@Path(UsageReport.NAME)
public final class UsageReport extends WhmFunction {
  static final String NAME = "usage_report";

  private static final Parameter<Optional<Month>> MONTH = Parameter.optional(
      "month",
      ParameterType.text(UsageReport::month),
      "The month in UTC, such as 202611; this one by default.");

  private static final Parameter<Group> GROUP = Parameter.defaulting(
      "group",
      ParameterType.text(UsageReport::group).choosing("function", "token", "user"),
      Group.FUNCTION,
      "One row for each “function”, for each “token” and price class, or for each “user” and price class.");

  private static final Parameter<Optional<String>> USER = Parameter.optional(
      "user",
      ParameterType.TEXT,
      "Whose calls; your own by default, and with group=user those of all if you have “all”.");

  private static final Parameter<String> BY = Parameter.defaulting(
      "by",
      choice("day", "month"),
      "month",
      "“day” for rows of each day, with group=function or group=user; “month” by default.");

  private static final Parameter<String> OUTPUT = Parameter.defaulting(
      "output",
      choice("csv", "rows"),
      "rows",
      "“csv” to have the rows as one text, “csv”, that a spreadsheet reads; “rows” by default.");

  private static final Parameter<Long> LIMIT = Parameter.defaulting(
      "limit",
      ParameterType.integer(1, 1000),
      100L,
      "The most tokens or users in one answer, 1 to 1000.");

  private static final Parameter<Optional<String>> NEXT = Parameter.optional(
      "next",
      ParameterType.CURSOR,
      "The “next” from the previous answer, to go on after its last token or user.");

  private final UsageReading reading;
  private final AuditUser users;

  @Inject
  UsageReport(UsageReading reading, AuditUser users) {
    super(Declaration.of(NAME, "Shows the calls of a month and what they cost.")
        .numbered(74)
        .requires(Privilege.MANAGE_API_TOKENS)
        .needs(READ_USAGE)
        .takes(MONTH, GROUP, USER, BY, OUTPUT, LIMIT, NEXT)
        .answers(
            Field.text("month", "The month."),
            Field.flag(
                "closed",
                "1 if the month is closed, so that nothing of its bill changes any more; 0 if calls may still be added or taken back, and with group=user for several users."),
            Field.time(
                    "closed_at", "When it was closed; the bill as it was closed is in “statement”.")
                .optional(),
            Field.time("closes_at", "From when on it is closed, if it is not.").optional(),
            Field.time(
                "complete_until",
                "All calls that arrived before this time are in it, and stay; of later ones some may be, and may be taken back."),
            Field.text("currency", "The currency of “amount”; left out where rows have several.")
                .optional(),
            Field.number("calls", "The calls of all rows of this answer."),
            Field.text(
                    "amount",
                    "What all rows of this answer cost; left out where they have several currencies.")
                .optional(),
            Field.list("rows", "The calls; left out with output=csv.", UsageRow.FIELDS)
                .optional(),
            Field.text("csv", "The rows as CSV (RFC 4180); with output=csv.").optional(),
            Field.text(
                    "statement",
                    "Of a closed month and one user: the bill, JSON in one line, as it was signed.")
                .optional(),
            Field.text(
                    "signature",
                    "Its signature, ECDSA on P-256 with SHA-256, DER in Base64; left out if no key was set.")
                .optional(),
            Field.text("signing_key", "Which key signed it.").optional(),
            Field.text(
                    "next",
                    "What the next call gives as “next” to list more tokens or users; left out if there are none.")
                .optional(),
            Field.texts(
                    "non_fatals",
                    "Says why “amount” is left out, and whose calls could not be read; left out otherwise.")
                .atMost(2)
                .optional())
        .extension());
    this.reading = reading;
    this.users = users;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var month = MONTH.from(call).orElseGet(() -> Month.of(call.at()));
    if (month.begin().isAfter(call.at())) {
      throw MONTH.refused("“" + month.yyyymm() + "” has not begun yet; it is "
          + Month.of(call.at()).yyyymm() + ".");
    }
    var group = GROUP.from(call);
    var byDay = BY.from(call).equals("day");
    var user = USER.from(call);
    user.filter(name -> !call.caller().reaches(name)).ifPresent(name -> {
      throw USER.refused("you see your own calls alone, and “" + Quoted.of(name)
          + "” is not you; leave it out, or call with a token that has “all”.");
    });
    if (byDay && group == Group.TOKEN) {
      throw BY.refused(
          "the calls of tokens are not kept by day; give group=function or group=user.");
    }
    var ofAll = group == Group.USER && user.isEmpty() && call.caller().holds(Privilege.ALL);
    var asked = new Asked(
        month,
        group,
        ofAll ? Optional.empty() : Optional.of(user.orElse(call.caller().user().name())),
        byDay,
        call.at(),
        NEXT.from(call).orElse(""),
        Math.toIntExact(LIMIT.from(call)));
    return users
        .known(call, USER, user.orElseGet(() -> call.caller().user().name()))
        .chain(known -> reading.read(asked))
        .map(report -> Answer.of(show(asked, report, OUTPUT.from(call).equals("csv"))));
  }

  private static Data.Hash show(Asked asked, UsageReading.Report report, boolean asCsv) {
    var month = asked.month().yyyymm();
    var several = UsageRow.currencies(report.rows());
    var one = several.size() > 1
        ? Optional.<String>empty()
        : Optional.of(several.isEmpty() ? report.currency() : several.first());
    var shown = Data.hash()
        .with("month", month)
        .with("closed", Data.flag(report.closed().isPresent()))
        .with("closed_at", report.closed().map(by -> Data.number(by.at().getEpochSecond())))
        .with("closes_at", report.closesAt().map(time -> Data.number(time.getEpochSecond())))
        .with("complete_until", report.completeUntil().getEpochSecond())
        .with("currency", one.map(Data::text))
        .with("calls", UsageRow.calls(report.rows()))
        .with(
            "amount",
            one.filter(currency -> report.unread().isEmpty())
                .map(currency -> Data.text(UsageRow.amount(report.rows()))));
    var rows = asCsv
        ? shown.with("csv", UsageRow.csv(month, report.rows()))
        : shown.with(
            "rows",
            new Data.Sequence(report.rows().stream().<Data>map(row -> row).toList()));
    return rows.with("statement", report.closed().map(by -> Data.text(by.statement())))
        .with(
            "signature",
            report.closed().flatMap(by -> by.signature()).map(by -> Data.text(by.text())))
        .with(
            "signing_key",
            report.closed().flatMap(by -> by.signature()).map(by -> Data.text(by.key())))
        .with("next", report.next().map(Data::text))
        .with(
            "non_fatals",
            Optional.of(remarks(report.unread(), several))
                .filter(remarks -> !remarks.isEmpty())
                .map(Data::texts));
  }

  private static List<String> remarks(List<String> unread, SortedSet<String> currencies) {
    var remarks = new ArrayList<String>();
    if (currencies.size() > 1) {
      remarks.add("The rows are in " + String.join(" and ", currencies)
          + ", as bills were closed with other prices; they have no sum.");
    }
    if (!unread.isEmpty()) {
      remarks.add("The calls of " + String.join(", ", unread)
          + " cannot be read, and the log says why: they are in no row and in no sum.");
    }
    return remarks;
  }

  private static Month month(String text) {
    if (!text.matches("20[2-9][0-9](0[1-9]|1[0-2])")) {
      throw new IllegalArgumentException(
          "“" + Quoted.of(text) + "” is not a month; give year and month, such as 202611.");
    }
    return new Month(text);
  }

  private static Group group(String text) {
    for (var group : Group.values()) {
      if (group.toString().equals(text)) {
        return group;
      }
    }
    throw new IllegalArgumentException(
        "“" + Quoted.of(text) + "” is not one of “function”, “token” and “user”.");
  }

  private static ParameterType<String> choice(String one, String other) {
    return ParameterType.text(text -> {
          if (!text.equals(one) && !text.equals(other)) {
            throw new IllegalArgumentException(
                "“" + Quoted.of(text) + "” is neither “" + one + "” nor “" + other + "”.");
          }
          return text;
        })
        .choosing(one, other);
  }
}
