package dev.latchkey.ticket;

import java.util.Optional;

/**
 * A ticket as it lies among the open ones, and closed ones that are not proven gone.
 *
 * @param standing how many grants of it stand, if it is closed and a release that counts them closed it
 */
record ListedTicket(Ticket ticket, Optional<Long> standing) {}
