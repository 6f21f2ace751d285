package dev.latchkey.api;

import java.util.Arrays;

/** Arguments as a test writes them, {@code given("acl=list-accts", "acl-1=kill-acct")}, already decoded. */
final class Given {
  private Given() {}

  static Arguments given(String... pairs) {
    return new Arguments(Arrays.stream(pairs).map(Given::argument).toList());
  }

  private static Argument argument(String pair) {
    var equals = pair.indexOf('=');
    return new Argument(pair.substring(0, equals), pair.substring(equals + 1));
  }
}
