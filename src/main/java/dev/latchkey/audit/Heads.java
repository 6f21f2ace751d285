package dev.latchkey.audit;

import dev.latchkey.audit.SignatureLine.Step;
import dev.latchkey.data.CanonicalJson;
import dev.latchkey.data.Data;
import dev.latchkey.signing.Signature;
import dev.latchkey.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest seals of several users, signed together: the statement has the root of a tree of hashes, and each user gets the
 * way from its own seal to it, which tells nothing of the others.
 */
public final class Heads {
  private final List<Head> heads;
  private final List<List<String>> levels = new ArrayList<>();
  private final String statement;

  /** The newest seal of a user. */
  public record Head(String user, long number, String hash) {
    String text() {
      return CanonicalJson.write(Data.hash()
          .with("line", "head")
          .with("user", user)
          .with("number", number)
          .with("hash", hash));
    }
  }

  /** @param heads at least one */
  public Heads(List<Head> heads, Instant now) {
    this.heads = List.copyOf(heads);
    levels.add(heads.stream().map(head -> Sha256.hex(head.text())).toList());
    for (var level = levels.get(0); level.size() > 1; level = levels.get(levels.size() - 1)) {
      levels.add(above(level));
    }
    statement = CanonicalJson.write(Data.hash()
        .with("line", "heads")
        .with("at", now.toEpochMilli())
        .with("heads", heads.size())
        .with("root", levels.get(levels.size() - 1).get(0)));
  }

  /** Two hashes together, as text; one that is left over goes up as it is. */
  private static List<String> above(List<String> level) {
    var above = new ArrayList<String>();
    for (var i = 0; i < level.size(); i += 2) {
      above.add(i + 1 < level.size() ? Sha256.hex(level.get(i) + level.get(i + 1)) : level.get(i));
    }
    return above;
  }

  public List<Head> all() {
    return heads;
  }

  /** What is signed. */
  public byte[] statement() {
    return statement.getBytes(StandardCharsets.UTF_8);
  }

  /** The line of one of them: the seal, the way to the root, and the signed statement. */
  public String line(Head of, Signature signature) {
    var way = new ArrayList<Step>();
    var at = heads.indexOf(of);
    for (var level : levels) {
      var other = at ^ 1;
      if (other < level.size()) {
        way.add(new Step(other < at ? Step.LEFT : Step.RIGHT, level.get(other)));
      }
      at /= 2;
    }
    return SignatureLine.write(of, way, statement, signature);
  }
}
