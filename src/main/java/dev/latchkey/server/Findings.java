package dev.latchkey.server;

import java.util.List;
import java.util.Optional;

/**
 * A page of what a server stated to have, in the order of their ids.
 *
 * @param after the id after which it begins; empty for the first page
 * @param next where the next one begins; empty for the last
 * @param unread what could not be read, so that nothing is known of it
 * @param more how many the server has beyond those that all of its pages list
 */
public record Findings(
    List<Finding> items, String after, Optional<String> next, List<Unread> unread, long more) {

  /** @param user the account whose keys, or the file of sudoers, could not be read; empty where that is not known, so that it may be everybody's */
  public record Unread(String user, String why) {}

  /** Whether nothing is known of what this is, though it was not found. */
  boolean isUnknown(Finding finding) {
    return (finding.kind() == Finding.Kind.KEY || finding.kind() == Finding.Kind.SUDOERS)
        && unread.stream()
            .anyMatch(one -> one.user().isEmpty()
                || finding.user().filter(one.user()::equals).isPresent()
                || finding.name().equals(one.user()));
  }

  /** Whether it would be on this page if the server had it. */
  boolean covers(String id) {
    return id.compareTo(after) > 0 && end().filter(end -> id.compareTo(end) > 0).isEmpty();
  }

  /** What a server has beyond what it lists comes after the last that it does. */
  private Optional<String> end() {
    return next.isPresent() || more == 0 || items.isEmpty()
        ? next
        : Optional.of(items.get(items.size() - 1).id());
  }
}
