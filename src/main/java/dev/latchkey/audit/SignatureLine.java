package dev.latchkey.audit;

import dev.latchkey.data.CanonicalJson;
import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import dev.latchkey.signing.Signature;
import dev.latchkey.signing.VerifyingKey;
import dev.latchkey.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Pattern;

/** The signature of a seal, as {@link Heads#line} wrote it, read by whoever doubts it. */
final class SignatureLine {
  private static final int MOST_CHARACTERS = 100_000;
  private static final int MOST_NESTED = 4;

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /** The SHA-256 of a key of a file, or a key of KMS. */
  private static final Pattern KEY =
      Pattern.compile(HASH + "|arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]+:key/[A-Za-z0-9-]+");

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

  /** What a hash on the way to the root is hashed with, and on which side of it that stands. */
  record Step(String side, String hash) {
    static final String LEFT = "left";
    static final String RIGHT = "right";

    private static Step read(Data step) {
      var both = ((Data.Sequence) step).items();
      return new Step(((Data.Text) both.get(0)).value(), ((Data.Text) both.get(1)).value());
    }

    private Data data() {
      return Data.texts(List.of(side, hash));
    }

    private boolean isOne() {
      return (side.equals(LEFT) || side.equals(RIGHT)) && HASH.matcher(hash).matches();
    }

    private String above(String below) {
      return Sha256.hex(side.equals(LEFT) ? hash + below : below + hash);
    }
  }

  static String write(Heads.Head head, List<Step> way, String statement, Signature signature) {
    return CanonicalJson.write(Data.hash()
        .with("line", "signature")
        .with("user", head.user())
        .with("number", head.number())
        .with("hash", head.hash())
        .with("way", new Data.Sequence(way.stream().map(Step::data).toList()))
        .with("statement", statement)
        .with("key", signature.key())
        .with("signature", signature.text()));
  }

  /** @return empty where it is not in the one form in which lines are written, as whoever checks an export requires it */
  static Optional<SignatureLine> read(String text) {
    try {
      var line = Json.read(text, MOST_CHARACTERS, MOST_NESTED);
      var head = new Heads.Head(text(line, "user"), number(line, "number"), text(line, "hash"));
      var way = ((Data.Sequence) line.get("way").orElseThrow())
          .items().stream().map(Step::read).toList();
      var statement = text(line, "statement");
      var signature = new Signature(text(line, "key"), text(line, "signature"));
      return write(head, way, statement, signature).equals(text)
              && way.stream().allMatch(Step::isOne)
              && isOne(signature)
          ? Optional.of(new SignatureLine(head, root(head, way), statement, signature))
          : Optional.empty();
    } catch (ClassCastException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | NoSuchElementException e) {
      return Optional.empty();
    }
  }

  /** Where the way from the seal leads to. */
  private static String root(Heads.Head head, List<Step> way) {
    var hash = Sha256.hex(head.text());
    for (var step : way) {
      hash = step.above(hash);
    }
    return hash;
  }

  private static boolean isOne(Signature signature) {
    var bytes = Base64.getDecoder().decode(signature.text());
    return KEY.matcher(signature.key()).matches()
        && Base64.getEncoder().encodeToString(bytes).equals(signature.text());
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
      return CanonicalJson.write(signed).equals(statement)
          && signed.get("line").filter(Data.text("heads")::equals).isPresent()
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
