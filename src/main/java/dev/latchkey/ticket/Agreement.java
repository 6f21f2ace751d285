package dev.latchkey.ticket;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * What a vendor agrees to who comes in by a ticket of {@code owner}'s. There is one at a time; a later version takes the
 * place of the one before, and nobody has approved it yet.
 *
 * @param body the text, in which there may be HTML
 * @param createdAt when this version was set
 * @param approvedAt when its owner approved this version; empty until then
 * @param revision counts the writes of its item, so that a condition can tell whether it is still the one seen
 */
record Agreement(
    String owner,
    String version,
    String title,
    String body,
    Optional<URI> viewUrl,
    Optional<URI> downloadUrl,
    Instant createdAt,
    Optional<Instant> approvedAt,
    long revision) {

  Agreement approved(Instant at) {
    return new Agreement(
        owner,
        version,
        title,
        body,
        viewUrl,
        downloadUrl,
        createdAt,
        Optional.of(at),
        revision + 1);
  }

  /** The same, as what takes the place of {@code before}. */
  Agreement after(Agreement before) {
    return new Agreement(
        owner,
        version,
        title,
        body,
        viewUrl,
        downloadUrl,
        createdAt,
        approvedAt,
        before.revision + 1);
  }

  boolean saysAs(Agreement other) {
    return title.equals(other.title)
        && body.equals(other.body)
        && viewUrl.equals(other.viewUrl)
        && downloadUrl.equals(other.downloadUrl);
  }
}
