package dev.latchkey.access;

import java.time.Instant;

/**
 * That none of a user's credentials is admitted.
 *
 * @param reason as an operator said it; empty for none
 * @param onlyRootEnds whether no other user that holds {@code all} may end it
 */
public record Suspension(Instant since, String reason, boolean onlyRootEnds) {}
