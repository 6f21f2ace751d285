package dev.latchkey.report;

import static dev.latchkey.api.Permission.READ_SEALS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.audit.ChainFault;
import dev.latchkey.audit.Verification;
import dev.latchkey.audit.Verification.Head;
import dev.latchkey.audit.Verification.Place;
import dev.latchkey.audit.Verification.Signed;
import dev.latchkey.audit.Verification.Stretch;
import dev.latchkey.data.Data;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** An extension of WHM API 1: says whether the audit of an account is as it was sealed, and where it is not. */
@Singleton
@Path(AuditVerify.NAME)
public final class AuditVerify extends WhmFunction {
  static final String NAME = "audit_verify";

  private static final Pattern HEAD = Pattern.compile("([1-9][0-9]{0,11}):([0-9a-f]{64})");
  private static final Pattern PLACE = Pattern.compile(
      "([0-9]{1,12}):([0-9a-f]{64}):([01])(?::([0-9]{1,12})=([!-~]{1,300}?)=([0-9a-f]{64})?)?");

  private static final Parameter<Optional<Head>> HEAD_OUTSIDE = Parameter.optional(
      "head",
      ParameterType.text(AuditVerify::head),
      "The newest seal that you have noted outside, NUMBER:HASH, as “head” of an earlier answer or an export has it; without it nobody can say whether the end of the chain is missing.");

  private static final Parameter<Optional<Place>> NEXT = Parameter.optional(
      "next",
      ParameterType.text(AuditVerify::place),
      "The “next” from the previous answer, to go on after it with the same “head” and “user”.");

  private static final Field FAULT = Field.hash(
          "fault",
          "The first thing that is not as it was sealed; left out if there is none.",
          List.of(
              Field.text(
                  "kind", "changed, deleted, reordered, inserted, truncated, signature or forked."),
              Field.number("seal", "The number of the seal where it shows."),
              Field.text("entry", "The place of the entry, if it is about one.").optional(),
              Field.text("sentence", "What is wrong.")))
      .optional();

  private final Verification verification;
  private final AuditUser users;

  @Inject
  AuditVerify(Verification verification, AuditUser users) {
    super(Declaration.of(
            NAME, "Says whether the audit of an account is as it was sealed, and where it is not.")
        .numbered(77)
        .requires(Privilege.MANAGE_API_TOKENS)
        .needs(READ_SEALS)
        .takes(AuditUser.PARAMETER, HEAD_OUTSIDE, NEXT)
        .answers(
            Field.text("user", "Whose audit it is."),
            Field.flag(
                "whole",
                "1 if all is as it was sealed up to the end, and the head that you gave is a part of it."),
            Field.text("statement", "What is known, in a sentence."),
            Field.number("entries", "How many entries this answer has found as they were sealed."),
            Field.number(
                "uncovered",
                "How many entries beside them are of a release that sealed none; nobody can say anything of them."),
            Field.text(
                    "head",
                    "The last seal up to which all is as it was sealed, NUMBER:HASH; note it outside. Left out if there is none.")
                .optional(),
            Field.text(
                "signatures",
                "valid: those that there are were made by the key below, as far as all was looked at; unknown: that key's public half is not kept here, and nothing was verified; none: nothing is signed."),
            Field.number("signed", "The last seal that is signed; left out if none is.")
                .optional(),
            Field.text(
                    "key",
                    "The key that signed it: the SHA-256 of the public key, or the ARN of KMS's; left out if none did.")
                .optional(),
            Field.text(
                    "key_sha256",
                    "The SHA-256 of the public key by which it was verified: compare it with the one that you noted outside. Left out if nothing was verified.")
                .optional(),
            Field.number(
                    "unsealed",
                    "How many entries are not sealed yet, at most 1,000 of them counted; given at the end.")
                .optional(),
            FAULT,
            Field.text(
                    "next",
                    "What the next call gives as “next” to go on; left out at the end and after a fault.")
                .optional())
        .extension());
    this.verification = verification;
    this.users = users;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var head = HEAD_OUTSIDE.from(call);
    var from = NEXT.from(call).orElse(Place.START);
    return users
        .of(call)
        .chain(user -> verification
            .walk(user, from, head)
            .map(stretch -> Answer.of(show(user, head, stretch))));
  }

  private static Data.Hash show(String user, Optional<Head> head, Stretch of) {
    var reached = of.reached();
    var isWhole = of.isEnd() && of.fault().isEmpty() && reached.met();
    var goesOn = !of.isEnd() && of.fault().isEmpty();
    return Data.hash()
        .with("user", user)
        .with("whole", Data.flag(isWhole))
        .with("statement", statement(head, of))
        .with("entries", of.checked())
        .with("uncovered", of.uncovered())
        .with(
            "head",
            reached.number() == 0
                ? Optional.empty()
                : Optional.of(Data.text(reached.number() + ":" + reached.hash())))
        .with(
            "signatures",
            reached
                .signed()
                .map(signed -> signed.sha256().isPresent() ? "valid" : "unknown")
                .orElse("none"))
        .with("signed", reached.signed().map(signed -> Data.number(signed.number())))
        .with("key", reached.signed().map(signed -> Data.text(signed.key())))
        .with("key_sha256", reached.signed().flatMap(Signed::sha256).map(Data::text))
        .with(
            "unsealed",
            of.isEnd() && of.fault().isEmpty()
                ? Optional.of(Data.number(of.unsealed()))
                : Optional.empty())
        .with("fault", of.fault().map(AuditVerify::show))
        .with("next", goesOn ? Optional.of(Data.text(next(reached))) : Optional.empty());
  }

  private static String next(Place of) {
    return of.number() + ":" + of.hash() + ":" + (of.met() ? 1 : 0)
        + of.signed()
            .map(signed -> ":" + signed.number() + "=" + signed.key() + "="
                + signed.sha256().orElse(""))
            .orElse("");
  }

  private static String statement(Optional<Head> head, Stretch of) {
    return unsigned(head, of)
        + (of.reached().number() == 0 ? "" : signed(of.reached().signed()));
  }

  private static String signed(Optional<Signed> signed) {
    return signed
        .map(last -> last.sha256()
            .map(sha256 -> " It is signed up to seal " + last.number() + " by the key "
                + last.key()
                + (sha256.equals(last.key())
                    ? "."
                    : ", whose public half has the SHA-256 " + sha256 + "."))
            .orElse(" Signatures up to seal " + last.number() + " name the key " + last.key()
                + ", whose public half is not kept here: whether they are valid is unknown."))
        .orElse(" Nothing of it is signed.");
  }

  private static String unsigned(Optional<Head> head, Stretch of) {
    var number = of.reached().number();
    if (of.fault().isPresent()) {
      return of.fault().get().sentence()
          + (number == 0 ? "" : " Before that, all is as it was sealed up to seal " + number + ".");
    }
    if (!of.isEnd()) {
      return "All is as it was sealed up to seal " + number + "; go on with “next”.";
    }
    var unsealed =
        of.unsealed() == 0 ? "" : " " + of.unsealed() + " newer entries are not sealed yet.";
    if (number == 0) {
      return "No entry is sealed yet." + unsealed;
    }
    if (of.reached().met()) {
      return "Whole up to seal " + number + ", and the head that you gave is a part of it."
          + unsealed;
    }
    return "Whole up to seal " + number
        + (head.isEmpty()
            ? "; whether seals after it are missing, only a head from outside tells (“head”)."
            : "; the head that you gave is of a seal before “next”, which this walk did not look at.")
        + unsealed;
  }

  private static Data.Hash show(ChainFault fault) {
    return Data.hash()
        .with("kind", fault.kind().text())
        .with("seal", fault.seal())
        .with(
            "entry",
            Optional.of(fault.place()).filter(place -> !place.isEmpty()).map(Data::text))
        .with("sentence", fault.sentence());
  }

  private static Head head(String text) {
    var parts = HEAD.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "it is not a seal’s number and hash; give it as “head” of an answer has it, such as 12:9f86….");
    }
    return new Head(Long.parseLong(parts.group(1)), parts.group(2));
  }

  private static Place place(String text) {
    var parts = PLACE.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "it is not what an answer has as “next”; give it as it is.");
    }
    return new Place(
        Long.parseLong(parts.group(1)),
        parts.group(2),
        parts.group(3).equals("1"),
        Optional.ofNullable(parts.group(4))
            .map(number -> new Signed(
                Long.parseLong(number), parts.group(5), Optional.ofNullable(parts.group(6)))));
  }
}
