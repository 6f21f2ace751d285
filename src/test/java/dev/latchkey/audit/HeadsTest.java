package dev.latchkey.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.audit.Heads.Head;
import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import dev.latchkey.signing.Signature;
import dev.latchkey.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeadsTest {
  @Test
  void eachSealHasAWayToWhatIsSignedAndTellsNothingOfOthers() {
    for (var count = 1; count <= 9; count++) {
      var all = IntStream.range(0, count)
          .mapToObj(i -> new Head("user" + i, i + 1, Sha256.hex("seal" + i)))
          .toList();
      var heads = new Heads(all, Instant.EPOCH);
      var statement = new String(heads.statement(), StandardCharsets.UTF_8);
      for (var head : all) {
        var line = Json.read(heads.line(head, new Signature("key", "text")), 100_000, 4);
        var hash = Sha256.hex(head.text());
        for (var step : ((Data.Sequence) line.get("way").orElseThrow()).items()) {
          var both = ((Data.Sequence) step).items();
          var other = ((Data.Text) both.get(1)).value();
          hash = Sha256.hex(
              ((Data.Text) both.get(0)).value().equals("left") ? other + hash : hash + other);
        }
        assertThat(statement).contains("\"root\":\"" + hash + "\"");
        assertThat(line.get("statement")).contains(Data.text(statement));
        all.stream()
            .filter(other -> other != head)
            .forEach(other -> assertThat(line.toString()).doesNotContain(other.user()));
      }
    }
  }
}
