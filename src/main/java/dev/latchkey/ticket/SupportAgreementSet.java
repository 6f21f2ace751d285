package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.CHANGE_TICKETS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/** Sets your support agreement, which ticket_get_support_agreement shows (an extension). */
@Singleton
@Path(SupportAgreementSet.NAME)
public final class SupportAgreementSet extends WhmFunction {
  static final String NAME = "support_agreement_set";

  private static final int MOST_OF_A_BODY = 50_000;
  private static final int MOST_OF_A_TITLE = 200;
  private static final Pattern VERSIONS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private static final Parameter<String> VERSION = Parameter.required(
      "version",
      ParameterType.text(SupportAgreementSet::version),
      "Its version, 1 to 64 letters, digits, dots, hyphens and underscores, such as 2026-11.v01; other words require another version.");

  private static final Parameter<String> TITLE = Parameter.required(
      "title",
      ParameterType.text(text -> filled(text, MOST_OF_A_TITLE)),
      "Its title, at most " + MOST_OF_A_TITLE + " characters.");

  private static final Parameter<String> BODY = Parameter.required(
      "body",
      ParameterType.text(text -> filled(text, MOST_OF_A_BODY)),
      "Its text, at most " + MOST_OF_A_BODY + " characters, sent by POST if it is long.");

  private static final Parameter<Optional<URI>> VIEW_URL = Parameter.optional(
      "view_url",
      ParameterType.text(WebAddress::parse),
      "Where it can be read, an address such as https://www.example.com/terms.");

  private static final Parameter<Optional<URI>> DOWNLOAD_URL = Parameter.optional(
      "download_url",
      ParameterType.text(WebAddress::parse),
      "Where it can be downloaded, an address such as https://www.example.com/terms.pdf.");

  private final AgreementTable agreements;
  private final Change change;

  @Inject
  SupportAgreementSet(AgreementTable agreements, Change change) {
    super(Declaration.of(NAME, "Sets your support agreement, which nobody has approved then.")
        .numbered(37)
        .requires(Privilege.SUPPORT_ACCESS)
        .changes()
        .needs(CHANGE_TICKETS)
        .takes(VERSION, TITLE, BODY, VIEW_URL, DOWNLOAD_URL)
        .answers(AgreementData.FIELDS)
        .extension());
    this.agreements = agreements;
    this.change = change;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var user = call.caller().user().name();
    return Change.retrying(() ->
            agreements.find(user).chain(before -> set(call, before, asked(call, user))))
        .map(after -> Answer.of(AgreementData.of(after)));
  }

  /** What was approved keeps its words: under a version that stands nothing is changed. */
  private Uni<Agreement> set(Call call, Optional<Agreement> before, Agreement asked) {
    var same = before.filter(standing -> standing.version().equals(asked.version()));
    if (same.isPresent()) {
      if (same.get().saysAs(asked)) {
        return Uni.createFrom().item(same.get());
      }
      throw VERSION.refused(
          "“" + asked.version() + "” stands with other words; give these another version.");
    }
    var after = before.map(standing -> asked.after(standing)).orElse(asked);
    return change
        .commit(
            call,
            asked.owner(),
            "support agreement, version " + asked.version(),
            in -> agreements.write(in, before, after))
        .replaceWith(after);
  }

  private static Agreement asked(Call call, String user) {
    return new Agreement(
        user,
        VERSION.from(call),
        TITLE.from(call),
        BODY.from(call),
        VIEW_URL.from(call),
        DOWNLOAD_URL.from(call),
        call.at(),
        Optional.empty(),
        1);
  }

  private static String version(String text) {
    if (!VERSIONS.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "is not a valid version; use 1 to 64 letters, digits, dots, hyphens and underscores, such as 2026-11.v01.");
    }
    return text;
  }

  private static String filled(String text, int most) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("is empty; it must have 1 to " + most + " characters.");
    }
    if (text.length() > most) {
      throw new IllegalArgumentException(
          "has " + text.length() + " characters; it must have at most " + most + ".");
    }
    return text;
  }
}
