package dev.latchkey.ticket;

import java.net.URI;
import java.util.Optional;

/**
 * Who gives support, as ticket_get_support_info names it (WHM API 1).
 *
 * @param name 1 to 200 characters
 * @param id the company's number, from 1
 * @param logo where its logo is, https
 * @param contact where everybody finds its support, https
 * @param technicalContact where technicians find it, https
 * @param email of its technicians
 */
record Company(
    Optional<String> name,
    Optional<Long> id,
    Optional<URI> logo,
    Optional<URI> contact,
    Optional<URI> technicalContact,
    Optional<String> email) {
  static final Company NONE = new Company(
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      Optional.empty());

  boolean isEmpty() {
    return equals(NONE);
  }

  /** Where technicians find it: without a place of their own, everybody's. */
  Optional<URI> technicians() {
    return technicalContact.or(() -> contact);
  }
}
