package dev.latchkey.access;

import java.util.List;
import java.util.Map;

/**
 * A call that was admitted and counted.
 *
 * @param counted what was counted where, to be taken back if we fail
 * @param quotas those of the token and of its user, with this call in them
 * @param old what the credential counted in months before the last, which is kept elsewhere from now on
 */
public record Admitted(Caller caller, Counted counted, Map<Month, Tally> old, List<Quota> quotas) {}
