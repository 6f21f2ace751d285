package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/** A token never makes one wider than itself, so neither do its children, nor theirs. */
@Domain(Scopes.class)
@Domain(DomainContext.Global.class)
class ScopeProperties {
  @StatisticsReport(StatisticsReportMode.OFF)
  @Property(tries = 500)
  void whateverTheLastOfAFamilyMayDoTheFirstMayDo(
      @ForAll Scope first, @ForAll @Size(max = 12) List<Scope> wishes) {
    var last = first;
    for (var i = 0; i < wishes.size(); i++) {
      var child = child(last, wishes.get(i), i);
      last = child.beyond(last).isEmpty() ? child : last;
    }

    var leaf = last;
    var allowed =
        Attempt.ALL.stream().filter(attempt -> attempt.isAllowedBy(leaf)).toList();
    assertThat(allowed).as("of %s in %s", leaf, first).allMatch(one -> one.isAllowedBy(first));
    Statistics.collect(!allowed.isEmpty() && !leaf.equals(first));
    Statistics.coverage(telling -> telling.check(true).percentage(share -> share > 10));
  }

  /** The parent's scope with one thing as it is wished, so that a good part of the wishes is granted. */
  private static Scope child(Scope parent, Scope wish, int which) {
    return new Scope(
        which % 4 == 0 ? wish.privileges() : parent.privileges(),
        which % 4 == 1 ? wish.expiresAt() : parent.expiresAt(),
        which % 4 == 2 ? wish.addresses() : parent.addresses(),
        which % 4 == 3 ? wish.quota() : parent.quota());
  }
}
