package dev.latchkey.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Several values in every form that clients send, gaps and huge numbers, among foreign names. */
class ArgumentsProperties {
  @Property
  void valuesAreTheBareOnesAsTheyCameAndThenTheNumberedOnesByNumber(
      @ForAll("calls") Arguments arguments) {
    assertThat(arguments.values("acl")).isEqualTo(ArgumentsModel.values(arguments.all(), "acl"));
  }

  @Property
  void anArgumentIsAFormOfTheNameJustWhenItsValueIsRead(@ForAll("names") String name) {
    var values = new Arguments(List.of(new Argument(name, "x"))).values("acl");

    assertThat(Arguments.isFormOf(name, "acl")).isEqualTo(!values.isEmpty());
  }

  @Property
  void ofAScalarTheLastValueHolds(@ForAll("calls") Arguments arguments) {
    var last = Optional.<String>empty();
    for (var argument : arguments.all()) {
      last = argument.name().equals("acl") ? Optional.of(argument.value()) : last;
    }

    assertThat(arguments.last("acl")).isEqualTo(last);
  }

  @Provide
  Arbitrary<String> names() {
    var small = Arbitraries.integers().between(0, 12).map(String::valueOf);
    var odd = Arbitraries.of("00", "007", "2147483648", "9223372036854775808", "9".repeat(60));
    var number = Arbitraries.oneOf(small, small, odd);
    var part = Arbitraries.of(
        "acl",
        "ACL",
        "x",
        "-",
        "_",
        ".",
        "[",
        "]",
        "[]",
        "1",
        "+",
        " ",
        "\n",
        "\u0661",
        "create-acct");
    return Arbitraries.oneOf(
        Arbitraries.of("acl", "acl[]"),
        number.map(digits -> "acl-" + digits),
        number.map(digits -> "acl[" + digits + "]"),
        part.list().ofMaxSize(4).map(parts -> "acl" + String.join("", parts)),
        part.list().ofMaxSize(4).map(parts -> String.join("", parts)));
  }

  @Provide
  Arbitrary<Arguments> calls() {
    var value = Arbitraries.integers().between(0, 999).map(String::valueOf);
    var argument = Combinators.combine(names(), value).as(Argument::new);
    return argument.list().ofMaxSize(12).map(Arguments::new);
  }
}
