package dev.latchkey.audit;

import dev.latchkey.data.CanonicalJson;
import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import dev.latchkey.signing.Signature;
import dev.latchkey.signing.VerifyingKey;
import dev.latchkey.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The signature of a seal, as {@link Heads#line} wrote it, read by whoever doubts it. */
final class SignatureLine {
  private static final int MOST_CHARACTERS = 100_000;
  private static final int MOST_NESTED = 4;

  private final Heads.Head head;
  private final String root;
  private final String statement;
  private final Signature signature;

  private SignatureLine(Heads.Head head, String root, String statement, Signature signature) {
    this.head = head;
    this.root = root;
    this.statement = statement;
    this.signature = signature;
  }

  /** @return empty where it is not in the one form in which lines are written */
  static Optional<SignatureLine> read(String text) {
    try {
      var line = Json.read(text, MOST_CHARACTERS, MOST_NESTED);
      var head = new Heads.Head(text(line, "user"), number(line, "number"), text(line, "hash"));
      var own = new SignatureLine(
          head,
          root(head, line),
          text(line, "statement"),
          new Signature(text(line, "key"), text(line, "signature")));
      return CanonicalJson.write(line).equals(text) && "signature".equals(text(line, "line"))
          ? Optional.of(own)
          : Optional.empty();
    } catch (ClassCastException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | NoSuchElementException e) {
      return Optional.empty();
    }
  }

  /** Where the way from the seal leads to. */
  private static String root(Heads.Head head, Data.Hash line) {
    var hash = Sha256.hex(head.text());
    for (var step : ((Data.Sequence) line.get("way").orElseThrow()).items()) {
      var both = ((Data.Sequence) step).items();
      var other = ((Data.Text) both.get(1)).value();
      hash = Sha256.hex(
          ((Data.Text) both.get(0)).value().equals("left") ? other + hash : hash + other);
    }
    return hash;
  }

  /** The name of the key that signed. */
  String key() {
    return signature.key();
  }

  /** Whether it is of this seal, and what was signed has it. */
  boolean isOf(Seal seal) {
    return head.equals(new Heads.Head(seal.user(), seal.number(), seal.hash()))
        && signs(statement, root);
  }

  private static boolean signs(String statement, String root) {
    try {
      var signed = Json.read(statement, MOST_CHARACTERS, MOST_NESTED);
      return signed.get("line").filter(Data.text("heads")::equals).isPresent()
          && signed.get("root").filter(Data.text(root)::equals).isPresent();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  boolean isBy(VerifyingKey key) {
    return key.verifies(statement.getBytes(StandardCharsets.UTF_8), signature);
  }

  private static String text(Data.Hash line, String name) {
    return ((Data.Text) line.get(name).orElseThrow()).value();
  }

  private static long number(Data.Hash line, String name) {
    return ((Data.Number) line.get(name).orElseThrow()).value();
  }
}
