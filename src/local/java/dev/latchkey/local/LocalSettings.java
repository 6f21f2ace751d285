package dev.latchkey.local;

import dev.latchkey.settings.SettingNames;
import dev.latchkey.text.Quoted;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * What must be known before Quarkus starts, read where Quarkus itself will look: system properties, the
 * environment, {@code .env}, {@code config/application.properties} and our own {@code application.properties}.
 *
 * @param host where both ports listen
 * @param ownDatabase whether no other DynamoDB endpoint is set
 * @param ownFleet whether no other endpoint of Systems Manager is set
 * @param ownCertificate whether no other certificate is set
 * @param ownSigningKey whether no other key for signatures is set
 * @param serversDomain the domain under which host names name servers, in lower case
 */
record LocalSettings(
    Path dataFolder,
    String host,
    int httpPort,
    int httpsPort,
    boolean ownDatabase,
    boolean ownFleet,
    boolean ownCertificate,
    boolean ownSigningKey,
    Optional<String> serversDomain) {

  static final String HTTP_PORT = "quarkus.http.port";
  static final String HTTPS_PORT = "quarkus.http.ssl-port";

  private static final String SERVERS_DOMAIN = "latchkey.servers-domain";
  private static final Pattern DOMAIN =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

  static LocalSettings read() {
    var config = ConfigProvider.getConfig();
    try {
      return new LocalSettings(
          mapped(config).data(),
          config.getOptionalValue("quarkus.http.host", String.class).orElse("127.0.0.1"),
          port(config, HTTP_PORT, 2086),
          port(config, HTTPS_PORT, 2087),
          config
              .getOptionalValue("quarkus.dynamodb.endpoint-override", String.class)
              .isEmpty(),
          config.getOptionalValue("quarkus.ssm.endpoint-override", String.class).isEmpty(),
          !namesCertificate(config),
          config.getOptionalValue("latchkey.signing.key-file", String.class).isEmpty()
              && config
                  .getOptionalValue("latchkey.signing.kms-key", String.class)
                  .isEmpty(),
          domain(config));
    } catch (ConfigValidationException e) {
      throw new LocalProblem("-Dlatchkey.local.data is not the name of a folder: "
          + e.getProblem(0).getMessage());
    }
  }

  /** @throws LocalProblem at the first setting of ours that does not exist */
  static void refuseUnknown() {
    SettingNames.ofTheApplication()
        .and(LaptopSettings.class, LaptopSettings.PREFIX)
        .problem(System.getProperties().stringPropertyNames())
        .ifPresent(problem -> {
          throw new LocalProblem(problem);
        });
  }

  /** Quarkus maps it too, but only after its start. */
  private static LaptopSettings mapped(Config config) {
    var sources = new ArrayList<ConfigSource>();
    config.getConfigSources().forEach(sources::add);
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withSources(sources)
        .withMapping(LaptopSettings.class)
        .withValidateUnknown(false)
        .build()
        .getConfigMapping(LaptopSettings.class);
  }

  private static int port(Config config, String property, int usual) {
    var value = config.getOptionalValue(property, String.class).orElse(Integer.toString(usual));
    if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) > 65535) {
      throw new LocalProblem("-D" + property + "=" + value
          + " is not a port; give a number from 0 to 65535, where 0 takes any free one");
    }
    return Integer.parseInt(value);
  }

  private static Optional<String> domain(Config config) {
    var domain = config
        .getOptionalValue(SERVERS_DOMAIN, String.class)
        .map(name -> name.toLowerCase(Locale.ROOT));
    domain.filter(name -> !DOMAIN.matcher(name).matches()).ifPresent(name -> {
      throw new LocalProblem("-D" + SERVERS_DOMAIN + "=" + Quoted.of(name)
          + " is not a domain; give one such as servers.example.com");
    });
    return domain;
  }

  private static boolean namesCertificate(Config config) {
    for (var name : config.getPropertyNames()) {
      if (name.equals("quarkus.http.tls-configuration-name")
          || name.startsWith("quarkus.http.ssl.certificate.")
          || name.startsWith("quarkus.tls.key-store.")) {
        return true;
      }
    }
    return false;
  }
}
