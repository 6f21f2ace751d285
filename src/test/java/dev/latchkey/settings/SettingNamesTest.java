package dev.latchkey.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.local.LaptopSettings;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettingNamesTest {
  private static final SettingNames APPLICATION = SettingNames.ofTheApplication();
  private static final SettingNames LAPTOP =
      APPLICATION.and(LaptopSettings.class, LaptopSettings.PREFIX);

  @Test
  void theyAreWhatTheMappingsDeclare() {
    assertThat(APPLICATION.known())
        .isEqualTo(Set.of(
            "latchkey.table",
            "latchkey.version",
            "latchkey.hostname",
            "latchkey.update-omitted",
            "latchkey.servers-domain",
            "latchkey.functions",
            "latchkey.internal",
            "latchkey.ssm.order-document",
            "latchkey.ssm.install-document",
            "latchkey.ssm.document-version"));
  }

  @Test
  void aMisspelledSettingIsNamedWithTheNearestOne() {
    assertThat(APPLICATION.problem(List.of("latchkey.update-ommited")))
        .contains(
            "-Dlatchkey.update-ommited is not a setting; did you mean -Dlatchkey.update-omitted?");
    assertThat(LAPTOP.problem(List.of("latchkey.local.dat")))
        .contains("-Dlatchkey.local.dat is not a setting; did you mean -Dlatchkey.local.data?");
  }

  @Test
  void everyKnownSettingPasses() {
    assertThat(LAPTOP.problem(LAPTOP.known())).isEmpty();
  }

  @Test
  void whatIsNotOursIsNoneOfItsBusiness() {
    assertThat(APPLICATION.problem(List.of("quarkus.http.port", "latchkeyx.table", "java.home")))
        .isEmpty();
  }
}
