package dev.latchkey.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** What a call may ask of DynamoDB, counted where the SDK sends it, and what that costs, which is printed. */
public final class Budget {
  /** Of any call. */
  public static final String ADMISSION = "GetItem 1, UpdateItem 1";

  private static final double DOLLARS_A_MILLION_WRITES = 0.625;
  private static final double DOLLARS_A_MILLION_READS = 0.125;

  /** How often a call is made, as one of two requests at the same time may be answered before the other has begun. */
  public static final int TRIES = 3;

  private Budget() {}

  public static void assertRequests(
      String what,
      WhmClient client,
      String budget,
      int trips,
      String function,
      String... arguments) {
    assertRequests(what, client, budget, trips, function, i -> arguments);
  }

  /** @param arguments of the call that was made so often before */
  public static void assertRequests(
      String what,
      WhmClient client,
      String budget,
      int trips,
      String function,
      IntFunction<String[]> arguments) {
    var least = Integer.MAX_VALUE;
    for (var i = 0; i < TRIES && least > trips; i++) {
      var these = arguments.apply(i);
      SdkProbe.reset();
      client.data(function, these);
      least = Math.min(least, SdkProbe.trips());
      assertThat(counted()).as(what).isEqualTo(budget);
    }
    print(what, Integer.toString(least));
    assertThat(least).as("serial trips of " + what).isEqualTo(trips);
  }

  public static void assertRequests(
      String what, WhmClient client, String budget, String function, String... arguments) {
    SdkProbe.reset();
    client.data(function, arguments);
    print(what, Integer.toString(SdkProbe.trips()));
    assertThat(counted()).as(what).isEqualTo(budget);
  }

  private static String counted() {
    Map<String, Integer> counted = new TreeMap<>();
    SdkProbe.requests().stream()
        .filter(operation -> !operation.equals("GetCommandInvocation"))
        .forEach(operation -> counted.merge(operation, 1, Integer::sum));
    return counted.toString().replaceAll("[{}]", "").replace('=', ' ');
  }

  private static void print(String what, String trips) {
    var charged = SdkProbe.charged();
    System.out.printf(
        Locale.ROOT,
        "| %-31s | %1s | %-98s | %4.1f | %4.1f | %6.2f |%n",
        what,
        trips,
        counted(),
        charged.writes(),
        charged.reads(),
        charged.writes() * DOLLARS_A_MILLION_WRITES + charged.reads() * DOLLARS_A_MILLION_READS);
  }
}
