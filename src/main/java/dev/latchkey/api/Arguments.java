package dev.latchkey.api;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The arguments of a call in the order they came: the query's, then the body's.
 *
 * @param inUrl how many came in the query, which logs of the way here may have
 */
public record Arguments(List<Argument> all, int inUrl) {
  /** {@code acl-2}, {@code acl[2]}, {@code acl[]}: WHM's numbered form, PHP's and qs's. */
  private static final Pattern NUMBERED = Pattern.compile("(.+?)(?:-(\\d+)|\\[(\\d*)\\])");

  public Arguments {
    all = List.copyOf(all);
  }

  public Arguments(List<Argument> all) {
    this(all, 0);
  }

  /** Whether an argument of this name was part of the URL. */
  public boolean isInUrl(String name) {
    return all.subList(0, inUrl).stream().anyMatch(argument -> isFormOf(argument.name(), name));
  }

  /** The value of a scalar; of several the last one holds. */
  public Optional<String> last(String name) {
    return all.stream()
        .filter(argument -> argument.name().equals(name))
        .map(Argument::value)
        .reduce((first, second) -> second);
  }

  /**
   * The values of a parameter that takes several: bare and {@code []} ones in order of appearance, then the numbered
   * ones by number, gaps allowed.
   */
  public List<String> values(String name) {
    record Numbered(BigInteger number, String value) {}
    var bare = new ArrayList<String>();
    var numbered = new ArrayList<Numbered>();
    for (var argument : all) {
      if (argument.name().equals(name)) {
        bare.add(argument.value());
        continue;
      }
      if (!argument.name().startsWith(name)) {
        continue;
      }
      var form = NUMBERED.matcher(argument.name());
      if (form.matches() && form.group(1).equals(name)) {
        var number = number(form);
        if (number.isEmpty()) {
          bare.add(argument.value());
        } else {
          numbered.add(new Numbered(new BigInteger(number), argument.value()));
        }
      }
    }
    numbered.sort(Comparator.comparing(Numbered::number));
    numbered.forEach(argument -> bare.add(argument.value()));
    return bare;
  }

  /** Whether {@code argument} is {@code name} in one of the forms {@link #values} reads. */
  static boolean isFormOf(String argument, String name) {
    if (argument.equals(name)) {
      return true;
    }
    if (!argument.startsWith(name)) {
      return false;
    }
    var form = NUMBERED.matcher(argument);
    return form.matches() && form.group(1).equals(name);
  }

  private static String number(Matcher form) {
    return form.group(2) != null ? form.group(2) : form.group(3);
  }
}
