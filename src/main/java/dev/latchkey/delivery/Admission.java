package dev.latchkey.delivery;

import dev.latchkey.server.Observation.Standing.Admits;
import dev.latchkey.server.ServerName;
import java.util.List;
import java.util.stream.Stream;

/** Why a login would not go through, in words with which an administrator can mend it. */
public final class Admission {
  private Admission() {}

  /** A sentence for each reason; nothing where the server would admit every login that it was asked for. */
  public static Stream<String> remarks(ServerName name, Admits admits, List<String> because) {
    var verdict = name
        + switch (admits) {
          case YES -> " states: ";
          case NO -> " would refuse the login: ";
          case UNKNOWN -> " cannot tell whether it would admit the login: ";
        };
    var known =
        admits != Admits.YES && because.isEmpty() ? List.of("it does not say why") : because;
    return known.stream().map(why -> verdict + why);
  }
}
