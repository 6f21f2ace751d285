package dev.latchkey.mcp;

import dev.latchkey.api.Call;
import dev.latchkey.api.IdempotencyKey;
import dev.latchkey.api.WhmFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The code by which a change is done after its dry run. It holds ten minutes, for the same token, function and arguments, and
 * nothing is kept of it: its digest is by a key that is made of the caller's secret, which the table does not have.
 *
 * @param code what the second call shows; it is the call's idempotency key too, so that the change is done once
 * @param until when it is over
 */
public record Confirmation(String code, Instant until) {
  public static final Duration HOLDS = Duration.ofMinutes(10);

  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,12})\\.([0-9a-f]{32})\\.([A-Za-z0-9=_-]{8,80})");

  private static final String ANEW =
      " Nothing was done; call again without “" + ToolSchema.CONFIRM + "” for a new code.";

  /** What a dry run gives. */
  public static Confirmation of(Call dryRun) {
    var until = dryRun.at().plus(HOLDS).getEpochSecond();
    var nonce = dryRun.request();
    return new Confirmation(
        until + "." + digest(dryRun, until, nonce) + "." + nonce, Instant.ofEpochSecond(until));
  }

  /** @throws WhmFailure where the code is not one for this call, or not any more */
  public static void check(Call call, String code) {
    var form = FORM.matcher(code);
    if (!form.matches()) {
      throw refused("is not a code that a dry run gave.");
    }
    var until = Long.parseLong(form.group(1));
    var expected = digest(call, until, form.group(3));
    if (!MessageDigest.isEqual(bytes(expected), bytes(form.group(2)))) {
      throw refused(
          "is not a code for this call: it holds for the token, the function and the arguments of its dry run alone.");
    }
    if (call.at().getEpochSecond() >= until) {
      throw refused("is over: a code holds " + HOLDS.toMinutes() + " minutes.");
    }
  }

  private static WhmFailure refused(String why) {
    return WhmFailure.parameter(ToolSchema.CONFIRM, why + ANEW);
  }

  private static String digest(Call call, long until, String nonce) {
    var texts = new ArrayList<>(List.of(
        "mcp",
        call.caller().credential().id(),
        call.function().name(),
        Long.toString(until),
        nonce,
        call.host().orElse("")));
    new TreeMap<>(IdempotencyKey.deciding(call)).forEach((name, values) -> {
      texts.add(name);
      texts.add(Integer.toString(values.size()));
      texts.addAll(values);
    });
    return call.caller().secret().digest(texts);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
