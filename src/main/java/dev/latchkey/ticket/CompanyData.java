package dev.latchkey.ticket;

import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.text.Quoted;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** How a vendor profile is shown. */
final class CompanyData {
  /** What {@link #of} shows. */
  static final List<Field> PROFILE = Field.all(
      TicketData.ACCESS,
      List.of(
          Field.text("company_name", "Who gives support; null if that is not set.")
              .orNull(),
          Field.number("company_id", "The company's number; null if that is not set.")
              .orNull(),
          Field.text("logo_url", "Where its logo is; null if that is not set.").orNull(),
          Field.text("pub_support_contact", "Where its support is found; null if that is not set.")
              .orNull(),
          Field.text(
                  "pub_tech_contact",
                  "Where technicians find it; null if that is not set, and ticket_get_support_info shows pub_support_contact then.")
              .orNull(),
          Field.text(
                  "tech_contact_email",
                  "The e-mail address of its technicians; null if that is not set.")
              .orNull()));

  private CompanyData() {}

  static Data.Hash of(VendorProfile profile) {
    var company = profile.company();
    return TicketData.of(profile.access())
        .with("company_name", Data.orNull(company.name().map(Data::text)))
        .with("company_id", Data.orNull(company.id().map(Data::number)))
        .with("logo_url", url(company.logo()))
        .with("pub_support_contact", url(company.contact()))
        .with("pub_tech_contact", url(company.technicalContact()))
        .with("tech_contact_email", Data.orNull(company.email().map(Data::text)));
  }

  /** In a line of the audit. */
  static String describe(VendorProfile profile) {
    return TicketData.describe(profile.access())
        + profile
            .company()
            .name()
            .map(name -> " company_name=" + Quoted.of(name))
            .orElse("");
  }

  private static Data url(Optional<URI> of) {
    return Data.orNull(of.map(URI::toString).map(Data::text));
  }
}
