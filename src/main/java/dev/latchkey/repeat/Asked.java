package dev.latchkey.repeat;

import dev.latchkey.api.Call;
import dev.latchkey.api.IdempotencyKey;
import dev.latchkey.api.WhmFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A call with a key, as the table may know it: nothing that it says can be read there, nor guessed, as the digests are made
 * with a key that only its caller's secret gives.
 *
 * @param credential the lasting id of its credential
 * @param place its function and the digest of its key
 * @param arguments the digests of what decides, by parameter
 */
record Asked(String credential, String place, Map<String, String> arguments) {
  private static final String SERVER = "api.server";

  /** @param server the server that the host name says; it decides as if the parameter said it */
  static Asked of(Call call, String key, Optional<String> server) {
    var function = call.function().name();
    var secret = call.caller().secret();
    var deciding = new TreeMap<>(IdempotencyKey.deciding(call));
    if (call.function().parameters().stream().anyMatch(one -> one.name().equals(SERVER))) {
      server.ifPresent(name -> deciding.putIfAbsent(SERVER, List.of(name)));
    }
    var arguments = new TreeMap<String, String>();
    deciding.forEach((name, values) -> {
      var texts = new ArrayList<>(List.of(function, name));
      texts.addAll(values);
      arguments.put(name, secret.digest(texts));
    });
    return new Asked(
        call.caller().credential().id(),
        function + "#" + secret.digest(List.of(function, key)),
        arguments);
  }

  /** @throws WhmFailure naming what is another than it was in the first call */
  void refuseUnlike(Map<String, String> first, String request) {
    var names = new TreeSet<>(arguments.keySet());
    names.addAll(first.keySet());
    names.removeIf(name -> first.containsKey(name) && first.get(name).equals(arguments.get(name)));
    if (!names.isEmpty()) {
      throw IdempotencyKey.PARAMETER.refused("request " + request
          + " had this key, and another value of “" + String.join("”, “", names)
          + "”; nothing was done. Use another key for another call.");
    }
  }
}
