package dev.latchkey.server;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server states of its cPHulk: as its own program printed it, in the limits of {@link StatedHulkReader}.
 *
 * @param enabled whether cPHulk runs
 * @param entries a page of a list: address, network or range → its comment
 * @param next where the next page begins
 * @param strange how many entries are none of these, and left out
 * @param added what the list had when it was read after the change
 * @param removed what the list no longer had
 * @param failed address → why it is neither
 * @param blocks how many blocks of addresses ended
 * @param bans how many rules of the firewall that blocked addresses were deleted
 * @param records how many failed logins were forgotten
 * @param whitelisted whether the white list has the caller's address
 * @param restart whether sshd has to be restarted for the list to take effect
 * @param warning why it has to be
 */
public record StatedHulk(
    Optional<Boolean> enabled,
    Map<String, String> entries,
    Optional<String> next,
    long strange,
    List<String> added,
    List<String> removed,
    Map<String, String> failed,
    Optional<Long> blocks,
    Optional<Long> bans,
    Optional<Long> records,
    Optional<Boolean> whitelisted,
    Optional<Boolean> restart,
    Optional<String> warning) {}
