package dev.latchkey.ticket;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/**
 * WHM API 1, ticket_validate_oauth2_code, which has a ticket portal exchange a code for a token of its own. Tickets are kept
 * here, so no portal gives out codes, and none is taken.
 */
@Singleton
@Path(TicketValidateOauth2Code.NAME)
public final class TicketValidateOauth2Code extends WhmFunction {
  static final String NAME = "ticket_validate_oauth2_code";

  private static final Parameter<String> CODE = Parameter.required(
      "code", ParameterType.TEXT.secret(), "The code that a ticket portal gave out.");

  private static final Parameter<String> REDIRECT_URI = Parameter.required(
      "redirect_uri", ParameterType.TEXT, "The address at which the portal gave it out.");

  @Inject
  TicketValidateOauth2Code() {
    super(Declaration.of(NAME, "Refused: no ticket portal gives out codes.")
        .numbered(40)
        .requires(Privilege.SUPPORT_ACCESS)
        .needsNothingMore()
        .takes(CODE, REDIRECT_URI)
        .answersNothing());
  }

  @Override
  public Uni<Answer> answer(Call call) {
    CODE.from(call);
    REDIRECT_URI.from(call);
    throw WhmFailure.refused(
        "No ticket portal with OAuth2 is configured: tickets are kept here, and ticket_create_stub_ticket makes one.");
  }
}
