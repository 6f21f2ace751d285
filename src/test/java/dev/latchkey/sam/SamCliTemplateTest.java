package dev.latchkey.sam;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one form of a template that SAM's own command line can serve. */
class SamCliTemplateTest {
  private static final Template DEPLOYED =
      SamLocal.template(Path.of("sam-template.yaml"), "provided.al2023");
  private static final Path ZIP = Path.of("target/function.zip");

  private final JsonNode json = new SamCliTemplate(DEPLOYED, ZIP, "provided.al2023").json();

  @Test
  void everyRouteHasItsIntegrationInIt() {
    var paths = json.at("/Resources/Api/Properties/DefinitionBody/paths");

    assertThat(paths).hasSameSizeAs(DEPLOYED.routes().all());
    assertThat(DEPLOYED.routes().all()).allSatisfy(route -> {
      var integration = paths
          .path(route.path())
          .path("x-amazon-apigateway-any-method")
          .path("x-amazon-apigateway-integration");
      assertThat(integration.path("type").asText()).isEqualTo("aws_proxy");
      assertThat(integration.path("payloadFormatVersion").asText()).isEqualTo("2.0");
      assertThat(integration.path("uri").asText())
          .endsWith(":function:" + route.function() + "/invocations");
    });
  }

  @Test
  void everyFunctionHasThePackageAndWhatTheTemplateSets() {
    assertThat(DEPLOYED.functions()).allSatisfy(function -> {
      var properties = json.at("/Resources/" + function.id() + "/Properties");
      assertThat(properties.path("CodeUri").asText())
          .isEqualTo(ZIP.toAbsolutePath().toString());
      assertThat(properties.path("Runtime").asText()).isEqualTo("provided.al2023");
      assertThat(properties.path("Handler").asText()).isEqualTo(function.handler());
      assertThat(properties.path("Timeout").asLong())
          .isEqualTo(function.timeout().toSeconds());
      function
          .environment()
          .forEach((name, value) -> assertThat(
                  properties.at("/Environment/Variables/" + name).asText())
              .isEqualTo(value));
    });
  }

  @Test
  void itIsWrittenToTheFileThatIsAskedFor(@TempDir Path folder) throws Exception {
    var zip = folder.resolve("function.zip");
    try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("bootstrap"));
    }
    var file = folder.resolve("template.json");
    System.setProperty("latchkey.sam.cli-template", file.toString());
    System.setProperty("latchkey.sam.package", zip.toString());
    try {
      SamMain.main();
    } finally {
      System.clearProperty("latchkey.sam.cli-template");
      System.clearProperty("latchkey.sam.package");
    }

    var properties =
        JsonTrees.parse(Files.readAllBytes(file)).orElseThrow().at("/Resources/Version/Properties");
    assertThat(properties.path("CodeUri").asText()).isEqualTo(zip.toString());
    assertThat(properties.path("Runtime").asText()).isEqualTo("provided.al2023");
  }

  /** SAM passes over what the template does not declare. */
  @Test
  void everyFunctionDeclaresWhatItIsGivenOnALaptop() throws IOException {
    var given = JsonTrees.parse(Files.readAllBytes(Path.of("infra/env.json")))
        .orElseThrow()
        .path("Parameters");

    assertThat(given).isNotEmpty();
    assertThat(DEPLOYED.functions()).allSatisfy(function -> {
      var variables = json.at("/Resources/" + function.id() + "/Properties/Environment/Variables");
      assertThat(given.fieldNames())
          .toIterable()
          .allSatisfy(name -> assertThat(variables.has(name)).as(name).isTrue());
    });
  }
}
