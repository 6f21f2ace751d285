package dev.latchkey.text;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A name as it looks to the eye: small ASCII letters for those that look like them, whatever script they are of. */
public final class PlainLetters {
  private static final Pattern UNSEEN = Pattern.compile("[\\p{M}\\p{C}]+");
  private static final Pattern DASH_OR_SPACE = Pattern.compile("[\\p{Pd}\\p{Pc}\\p{Z}\u2212]");

  /** After {@link Normalizer}, which knows full-width, mathematical and accented letters. */
  private static final Map<Integer, Integer> LOOK_ALIKES = pairs(
      // Cyrillic, Greek, and Latin letters that no keyboard has
      "авеѕіјкһомнрстухԁԛԝӏѵԍпг" + "αβεηικμνορστυχγω" + "ıɑɡɩʟᴏᴜ",
      "abesijkhomhpctyxdqwlvgnr" + "abenikuvopotuxyw" + "iagilou");

  private PlainLetters() {}

  public static String of(String name) {
    var seen = UNSEEN
        .matcher(Normalizer.normalize(name, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT))
        .replaceAll("");
    var latin = seen.codePoints()
        .map(letter -> LOOK_ALIKES.getOrDefault(letter, letter))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
    return DASH_OR_SPACE.matcher(latin).replaceAll("_");
  }

  private static Map<Integer, Integer> pairs(String letters, String plain) {
    return IntStream.range(0, letters.length())
        .boxed()
        .collect(
            Collectors.toUnmodifiableMap(i -> (int) letters.charAt(i), i -> (int) plain.charAt(i)));
  }
}
