package dev.latchkey.generate;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.api.Declaration;
import dev.latchkey.api.Functions;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is written of the functions elsewhere is what they declare. */
@QuarkusTest
class DerivedDocumentsTest extends WhmTest {
  private static final Path OPENAPI = Path.of("infra/openapi.json");
  private static final Path PERMISSIONS = Path.of("infra/functions.json");
  private static final Path SAM_TEMPLATE = Path.of("sam-template.yaml");

  @Inject
  Functions functions;

  /** {@code mvn verify -Dlatchkey.write-documents} writes it anew. */
  @Test
  void theOpenApiDocumentIsThatOfTheDeclarations() throws IOException {
    var document = OpenApiDocument.of(functions.declarations());
    if (System.getProperty("latchkey.write-documents") != null) {
      Files.writeString(OPENAPI, document);
    }
    assertThat(Files.readString(OPENAPI)).isEqualTo(document);
  }

  /** {@code mvn verify -Dlatchkey.write-documents} writes it anew. */
  @Test
  void theSamTemplateIsThatOfTheDeclarations() throws IOException {
    var template = SamTemplate.of(functions.declarations());
    if (System.getProperty("latchkey.write-documents") != null) {
      Files.writeString(SAM_TEMPLATE, template);
    }
    assertThat(Files.readString(SAM_TEMPLATE)).isEqualTo(template);
  }

  /** For who checks the roles of the template. {@code mvn verify -Dlatchkey.write-documents} writes it anew. */
  @Test
  void whatFunctionsNeedIsThatOfTheDeclarations() throws IOException {
    var document = functions.declarations().stream()
        .map(one -> "  \"%s\": [%s]".formatted(one.name(), permissions(one)))
        .collect(joining(",\n", "{\n", "\n}\n"));
    if (System.getProperty("latchkey.write-documents") != null) {
      Files.writeString(PERMISSIONS, document);
    }
    assertThat(Files.readString(PERMISSIONS)).isEqualTo(document);
  }

  private static String permissions(Declaration function) {
    return function.permissions().stream()
        .sorted()
        .map(permission -> '"' + permission.name() + '"')
        .collect(joining(", "));
  }

  @Test
  void theReadmeNamesEveryFunction() throws IOException {
    var readme = Files.readString(Path.of("README.md"));

    assertThat(functions.declarations())
        .allSatisfy(function -> assertThat(readme).contains("`" + function.name() + "`"));
  }
}
