package dev.latchkey.ssh;

import dev.latchkey.text.Quoted;
import java.util.regex.Pattern;

/** The SHA-256 of a public key, as OpenSSH prints it: 43 characters of Base64, which say 256 bits. */
public final class Fingerprint {
  private static final Pattern FORM = Pattern.compile("SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]");
  private static final String HOW =
      "; it is SHA256: and 43 characters, as “ssh-keygen -lf FILE.pub” shows it.";

  private Fingerprint() {}

  /** @throws IllegalArgumentException that says what would be right */
  public static String parse(String text) {
    if (FORM.matcher(text).matches()) {
      return text;
    }
    var problem = text.contains(" ") && FORM.matcher(text.replace(' ', '+')).matches()
        ? " has a blank where the fingerprint has a “+”; write %2B in a URL"
        : text.startsWith("MD5:")
            ? " is of MD5, which sshd does not log; the SHA-256 is meant"
            : text.startsWith("ssh-") || text.startsWith("ecdsa-") || text.startsWith("sk-")
                ? " is the key itself; its fingerprint is meant"
                : " is not the fingerprint of a key";
    throw new IllegalArgumentException("“" + Quoted.of(text) + "”" + problem + HOW);
  }
}
