package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.data.Format;
import dev.latchkey.testing.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "/cpsess", "/cpsess1234567890", "/cpsess1"})
  void aFunctionIsReachedBehindASessionOrNot(String session) {
    assertThat(Route.of(session + "/json-api/version")).contains(new Route(Format.JSON, "version"));
  }

  @Test
  void theFirstSegmentChoosesTheFormat() {
    assertThat(Route.of("/xml-api/version")).contains(new Route(Format.XML, "version"));
  }

  @Test
  void functionNamesKeepTheirCase() {
    assertThat(Route.of("/json-api/Version")).contains(new Route(Format.JSON, "Version"));
  }

  @Test
  void anEncodedSlashStaysPartOfAName() {
    assertThat(Route.of("/json-api/a%2Fb")).contains(new Route(Format.JSON, "a%2Fb"));
  }

  @ParameterizedTest
  @Words("""
      / /json-api /json-api/ /json-api/version/ /json-api/version/x /json-api//version
      //json-api/version /json-api/version// json-api/version /xml-api/""")
  void aPathWithTooLittleOrTooMuchIsNone(String path) {
    assertThat(Route.of(path)).isEmpty();
  }

  @ParameterizedTest
  @Words("""
      /yaml-api/version /JSON-API/version /json_api/version /execute/Tokens/list /login/ /version
      /unknown-app /%6Ason-api/version""")
  void anotherInterfaceIsNone(String path) {
    assertThat(Route.of(path)).isEmpty();
  }

  @ParameterizedTest
  @Words("""
      /cpsessabc/json-api/version /cpsess1/cpsess2/json-api/version /cpsess/ /cpsess1234567890
      /CPSESS1/json-api/version /xcpsess1/json-api/version /cpsess1json-api/version
      /cpsess1//json-api/version""")
  void aPrefixThatIsNoSessionIsNone(String path) {
    assertThat(Route.of(path)).isEmpty();
  }
}
