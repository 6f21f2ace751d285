package dev.latchkey.reseller;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Argument;
import dev.latchkey.api.Call;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.text.Nearest;
import dev.latchkey.text.PlainLetters;
import dev.latchkey.text.Quoted;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * The parameters {@code acl-NAME}, a grammar of their own: each names a privilege, and its value says whether it is added or
 * taken away. WHM reads the value in two ways, and so do the two functions here.
 */
final class AclParameters {
  private static final String PREFIX = "acl-";

  /** As {@link PlainLetters} write the beginning of what may be meant as one. */
  static final String MEANT = "acl";

  static final Parameter<Optional<String>> LIST = Parameter.optional(
      "acllist",
      ParameterType.text(AclList::name),
      "A saved list, whose privileges the reseller has then instead of others; it cannot be combined with acl-NAME.");

  private AclParameters() {}

  /** Of saveacllist: 1 adds, 0 takes away. */
  static Stream<Parameter<?>> ofLists() {
    return AclNames.OF_LISTS.keySet().stream()
        .map(acl -> Parameter.optional(
            PREFIX + acl,
            ParameterType.FLAG,
            "1 to put the privilege on the list, 0 to take it off."));
  }

  /** Of setacls: a value adds, and none takes away. */
  static Stream<Parameter<?>> ofSetacls() {
    return AclNames.OF_SETACLS.keySet().stream()
        .map(acl -> Parameter.orEmpty(
            PREFIX + acl, "1 to give the privilege; present and empty to take it away."));
  }

  /** Which privileges the call of saveacllist adds, and which it takes away. */
  static Map<Privilege, Boolean> forList(Call call) {
    return read(call, AclNames.OF_LISTS, AclParameters::flag);
  }

  /** The same of setacls. */
  static Map<Privilege, Boolean> forReseller(Call call) {
    return read(call, AclNames.OF_SETACLS, AclParameters::valueOrNone);
  }

  private static Map<Privilege, Boolean> read(
      Call call, Map<String, Privilege> names, BiPredicate<String, String> isAdded) {
    var read = new EnumMap<Privilege, Boolean>(Privilege.class);
    for (var argument : call.arguments().all()) {
      if (isMeant(argument)) {
        read.put(
            privilege(argument.name(), names), isAdded.test(argument.name(), argument.value()));
      }
    }
    return read;
  }

  private static boolean isMeant(Argument argument) {
    return !argument.name().equals(LIST.name())
        && PlainLetters.of(argument.name()).startsWith(MEANT);
  }

  /** What is passed over would not be given, or not be taken away. */
  private static Privilege privilege(String argument, Map<String, Privilege> names) {
    var named = Optional.of(argument)
        .filter(name -> name.startsWith(PREFIX))
        .map(name -> names.get(name.substring(PREFIX.length())));
    return named.orElseThrow(() -> WhmFailure.parameter(
        Quoted.of(argument),
        "is not a privilege that can be named here; did you mean “%s%s”?"
            .formatted(PREFIX, nearest(argument, names))));
  }

  private static String nearest(String argument, Map<String, Privilege> names) {
    var meant = PlainLetters.of(Quoted.of(argument)).replace('_', '-').replaceFirst("^acl-?", "");
    // The same privilege may have another name here.
    return Privilege.find(meant)
        .flatMap(privilege -> nameOf(privilege, names))
        .orElseGet(() -> Nearest.to(meant, names.keySet()));
  }

  private static Optional<String> nameOf(Privilege privilege, Map<String, Privilege> names) {
    return names.entrySet().stream()
        .filter(entry -> entry.getValue() == privilege)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static boolean flag(String name, String value) {
    return switch (value) {
      case "1" -> true;
      case "0" -> false;
      default ->
        throw WhmFailure.parameter(
            name,
            "“" + Quoted.of(value) + "” is neither 1, which adds it, nor 0, which takes it off.");
    };
  }

  /** WHM gives a privilege for whatever value, also for 0. */
  private static boolean valueOrNone(String name, String value) {
    return switch (value) {
      case "1" -> true;
      case "" -> false;
      default ->
        throw WhmFailure.parameter(
            name,
            "“" + Quoted.of(value)
                + "” is not 1; 1 gives the privilege, and an empty value takes it away.");
    };
  }
}
