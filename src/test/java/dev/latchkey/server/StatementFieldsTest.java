package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.data.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementFieldsTest {
  private static StatementFields of(String json) {
    return new StatementFields(Json.read(json.replace('\'', '"'), 1000, 9));
  }

  @Test
  void aTimeIsOneOfTheYears1970To9999() {
    assertThat(of("{'at':0}").time("at")).contains(Instant.EPOCH);
    assertThat(of("{'at':253402300799}").time("at"))
        .contains(Instant.parse("9999-12-31T23:59:59Z"));
    assertThat(of("{'at':253402300800}").time("at")).isEmpty();
    assertThat(of("{'at':-1}").time("at")).isEmpty();
    assertThat(of("{'at':'5'}").time("at")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'a':1}", "{'a':{}}", "{'a':[]}", "{'a':null}", "{}"})
  void whatIsOfAnotherTypeIsNotThere(String json) {
    assertThat(of(json).text("a")).isEmpty();
    assertThat(of(json).word("a")).isEmpty();
    assertThat(of(json).digest("a")).isEmpty();
    assertThat(of(json).sentences("a")).isEmpty();
    assertThat(of(json).list("a")).isEmpty();
    assertThat(of(json).hash("a").has("b")).isFalse();
  }

  @Test
  void aDigestHas64HexadecimalDigits() {
    var digest = "0123456789abcdef".repeat(4);

    assertThat(of("{'a':'" + digest + "'}").digest("a")).contains(digest);
    assertThat(of("{'a':'" + digest + "0'}").digest("a")).isEmpty();
    assertThat(of("{'a':'" + digest.toUpperCase(java.util.Locale.ROOT) + "'}").digest("a"))
        .isEmpty();
  }

  @Test
  void aServersWordIsCutAndSteersNothing() {
    assertThat(of("{'a':'x\\u001b[2J'}").word("a")).contains("x\uFFFD[2J");
    assertThat(of("{'a':'" + "x".repeat(90) + "'}").word("a")).contains("x".repeat(80) + "…");
  }

  @Test
  void howManyWereLeftOutIsSaidBesideTheListOrOfAllLists() {
    assertThat(of("{'a_more':2,'more':{'a':3}}").more("a")).isEqualTo(2);
    assertThat(of("{'more':{'a':3}}").more("a")).isEqualTo(3);
    assertThat(of("{}").more("a")).isZero();
  }

  @Test
  void onlyOneIsYes() {
    assertThat(of("{'a':1}").flag("a")).isTrue();
    assertThat(of("{'a':true}").flag("a")).isTrue();
    assertThat(of("{'a':2}").flag("a")).isFalse();
    assertThat(of("{'a':'1'}").flag("a")).isFalse();
  }
}
