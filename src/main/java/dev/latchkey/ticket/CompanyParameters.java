package dev.latchkey.ticket;

import dev.latchkey.api.Call;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.text.Quoted;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/** The parameters of vendor_profile_set that say who the vendor is. */
final class CompanyParameters {
  private static final int MOST_OF_A_NAME = 200;
  private static final int MOST_OF_AN_EMAIL = 254;
  private static final Pattern STEERING = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]");
  private static final Pattern EMAILS = Pattern.compile(
      "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\\.[A-Za-z0-9][A-Za-z0-9-]{0,62})+");

  static final Parameter<Optional<String>> NAME = Parameter.optional(
      "company_name",
      ParameterType.text(CompanyParameters::name),
      "Who gives support, at most " + MOST_OF_A_NAME + " characters.");

  static final Parameter<Optional<Long>> ID =
      Parameter.optional("company_id", ParameterType.positive(), "The company's number, from 1.");

  static final Parameter<Optional<URI>> LOGO = Parameter.optional(
      "logo_url",
      ParameterType.text(WebAddress::parse),
      "Where its logo is, an address such as https://www.example.com/logo.png.");

  static final Parameter<Optional<URI>> CONTACT = Parameter.optional(
      "pub_support_contact",
      ParameterType.text(WebAddress::parse),
      "Where its support is found, an address such as https://www.example.com/support.");

  static final Parameter<Optional<URI>> TECHNICAL = Parameter.optional(
      "pub_tech_contact",
      ParameterType.text(WebAddress::parse),
      "The same for technicians; pub_support_contact by default.");

  static final Parameter<Optional<String>> EMAIL = Parameter.optional(
      "tech_contact_email",
      ParameterType.text(CompanyParameters::email),
      "The e-mail address of its technicians, such as support@example.com.");

  private CompanyParameters() {}

  static Company company(Call call) {
    return new Company(
        NAME.from(call),
        ID.from(call),
        LOGO.from(call),
        CONTACT.from(call),
        TECHNICAL.from(call),
        EMAIL.from(call));
  }

  private static String name(String text) {
    if (text.isBlank()
        || text.length() > MOST_OF_A_NAME
        || STEERING.matcher(text).find()) {
      throw new IllegalArgumentException("is not a valid name; it must be one line of 1 to "
          + MOST_OF_A_NAME + " characters, such as Example, L.L.C.");
    }
    return text;
  }

  private static String email(String text) {
    if (text.length() > MOST_OF_AN_EMAIL || !EMAILS.matcher(text).matches()) {
      throw new IllegalArgumentException("“" + Quoted.of(text)
          + "” is not a valid e-mail address; write one such as support@example.com.");
    }
    return text;
  }
}
