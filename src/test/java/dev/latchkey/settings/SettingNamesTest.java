package dev.latchkey.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

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
            "latchkey.trusted-proxies",
            "latchkey.early-servers",
            "latchkey.functions",
            "latchkey.console",
            "latchkey.internal",
            "latchkey.closed",
            "latchkey.usage-records",
            "latchkey.token-max-age",
            "latchkey.audit-reads",
            "latchkey.events",
            "latchkey.events-endpoint",
            "latchkey.expired-tokens-kept",
            "latchkey.mcp",
            "latchkey.limits.tokens",
            "latchkey.limits.tickets",
            "latchkey.limits.servers",
            "latchkey.limits.resellers",
            "latchkey.limits.sessions",
            "latchkey.limits.grants",
            "latchkey.prices.currency",
            "latchkey.prices.read",
            "latchkey.prices.change",
            "latchkey.prices.servers",
            "latchkey.signing.key-file",
            "latchkey.signing.kms-key",
            "latchkey.stream.bucket",
            "latchkey.stream.endpoint",
            "latchkey.stream.folder",
            "latchkey.ssm.order-document",
            "latchkey.ssm.install-document",
            "latchkey.ssm.document-version",
            "latchkey.ssm.first-look",
            "latchkey.shared-look",
            "latchkey.access-looks"));
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

  @Test
  void aLimitThatCannotBeStopsTheStart() {
    SettingsCheck.refuseBeyond("grants", 1, 40);
    SettingsCheck.refuseBeyond("grants", 40, 40);
    assertThatIllegalStateException()
        .isThrownBy(() -> SettingsCheck.refuseBeyond("grants", 41, 40))
        .withMessage("-Dlatchkey.limits.grants=41 is not possible; give 1 to 40");
    assertThatIllegalStateException()
        .isThrownBy(() -> SettingsCheck.refuseBeyond("tokens", 0, 10_000));
  }
}
