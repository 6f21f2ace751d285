package dev.latchkey.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.data.Data;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which list filter, columns, sort and chunk are of, is the same whatever an answer leaves out. */
class DeclaredListTest {
  private static final Field RECORDS =
      Field.list("records", "Records.", Field.text("name", "A name."));
  private static final Field PENDING =
      Field.list("pending", "Others.", Field.text("name", "A name.")).optional();
  private static final Field WORDS = Field.texts("words", "Words.");
  private static final Field REMARKS = Field.texts("non_fatals", "Remarks.");

  private static Declaration declared(Field... fields) {
    return Declaration.of("shows", "Shows something.").answers(fields);
  }

  private static Answer with(String... lists) {
    var data = Data.hash();
    for (var list : lists) {
      data = data.with(list, new Data.Sequence(List.of()));
    }
    return Answer.of(data);
  }

  @Test
  void theOnlyOneIs() {
    assertThat(declared(WORDS, REMARKS).listOf(with("words"))).contains("words");
    assertThat(declared(REMARKS).listOf(with("non_fatals"))).isEmpty();
  }

  @Test
  void amongSeveralItIsTheOneOfRecordsThatIsAlwaysThere() {
    var receipts = declared(RECORDS, PENDING, WORDS);

    assertThat(receipts.listOf(with("records"))).contains("records");
    assertThat(receipts.listOf(with("records", "pending"))).contains("records");
    assertThat(declared(PENDING, WORDS).listOf(with("pending"))).isEmpty();
  }

  @Test
  void ofSeveralServersItIsTheirs() {
    var ofMany = declared(RECORDS).forManyServers(5);

    assertThat(ofMany.listOf(with("servers"))).contains("servers");
    assertThat(ofMany.listOf(with("records"))).contains("records");
    assertThat(declared(RECORDS).listOf(with("servers"))).contains("records");
  }
}
