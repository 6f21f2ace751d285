package dev.latchkey.token;

import dev.latchkey.access.Month;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.Tally;
import dev.latchkey.access.Used;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * What a token's counters of this month and the last say of its privileges, and those of the tokens whose place it took.
 *
 * @param since from when on its calls are known
 * @param calls by the number of the function
 * @param needed those that cover what was called, of those that it holds; empty if too little is known
 * @param unused those that it holds beyond them
 * @param remarks what the counters do not tell
 */
record Advice(
    Instant since,
    SortedMap<Integer, Long> calls,
    Optional<List<Privilege>> needed,
    Optional<List<Privilege>> unused,
    List<String> remarks) {
  /** Work that is done once a month should have been done once. */
  private static final Duration ENOUGH = Duration.ofDays(28);

  /**
   * @param before what its predecessors called in this month and the last
   * @param isAll whether that is all of it
   * @param required the privilege that each function requires, by its number
   */
  static Advice of(
      Used used, Tally before, boolean isAll, Map<Integer, Privilege> required, Instant now) {
    var token = used.credential();
    var last = Month.of(now).previous();
    var since = token.begunAt().isAfter(last.begin()) ? token.begunAt() : last.begin();
    var calls =
        used.made().tailMap(last).values().stream().reduce(before, Tally::plus).byFunction();
    var held = token.scope().privileges();
    var remarks = new ArrayList<String>();
    var tooLittle = tooLittle(since, calls, isAll, now);
    if (tooLittle.isPresent()) {
      remarks.add("Nothing is advised: " + tooLittle.get());
      return new Advice(since, calls, Optional.empty(), Optional.empty(), remarks);
    }
    var needed = calls.keySet().stream()
        .flatMap(function -> Optional.ofNullable(required.get(function)).stream())
        .filter(held::grants)
        .sorted()
        .collect(Collectors.toCollection(LinkedHashSet::new));
    if (needed.contains(Privilege.ALL)) {
      needed.retainAll(List.of(Privilege.ALL));
    }
    var unused = (needed.contains(Privilege.ALL) ? List.<Privilege>of() : unused(used, needed));
    if (held.hasAll() && !needed.contains(Privilege.ALL)) {
      remarks.add(
          "“all” also reaches what belongs to others; whether the token did, is not counted.");
    }
    if (needed.isEmpty()) {
      remarks.add("It called only what any caller may call, and a token has one privilege at least:"
          + " keep the one that lets it do the least.");
    }
    remarks.add("A few parameters require a privilege of their own, which is not counted:"
        + " api.end_grants of api_token_revoke requires support-access, token_name of api_token_rotate"
        + " manage-api-tokens.");
    if (!unused.isEmpty()) {
      remarks.add("A privilege that it was given after " + since
          + " counts as unused as well, until it is used.");
    }
    return new Advice(since, calls, Optional.of(List.copyOf(needed)), Optional.of(unused), remarks);
  }

  private static Optional<String> tooLittle(
      Instant since, SortedMap<Integer, Long> calls, boolean isAll, Instant now) {
    if (!isAll) {
      return Optional.of("what an old value of it called is not told apart any more from the calls"
          + " of other removed tokens.");
    }
    if (calls.isEmpty()) {
      return Optional.of("no call was made with the token since " + since + ".");
    }
    return Duration.between(since, now).compareTo(ENOUGH) < 0
        ? Optional.of("its calls are known since " + since + " only, which is less than "
            + ENOUGH.toDays() + " days.")
        : Optional.empty();
  }

  private static List<Privilege> unused(Used used, LinkedHashSet<Privilege> needed) {
    return used.credential()
        .scope()
        .privileges()
        .each()
        .filter(privilege -> !needed.contains(privilege))
        .toList();
  }

  /** The call that takes away what was not needed. */
  Optional<String> command(String token) {
    if (needed.isEmpty() || needed.get().isEmpty() || unused.orElseThrow().isEmpty()) {
      return Optional.empty();
    }
    var acls = needed.get();
    var line = new StringBuilder("api_token_update token_name=" + token);
    for (var i = 0; i < acls.size(); i++) {
      line.append(" acl-").append(i + 1).append('=').append(acls.get(i).acl());
    }
    return Optional.of(line.toString());
  }
}
