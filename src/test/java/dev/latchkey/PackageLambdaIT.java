package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What is deployed holds the classes of {@code src/main} and {@code src/lambda}, and nothing of the laptop's. */
class PackageLambdaIT {
  private static final Path PACKAGE = Path.of("target/lambda/function.zip");
  private static final Path COMPILED = Path.of(System.getProperty("compiled.folder"));
  private static final String OURS = "dev/latchkey/";

  /** What Quarkus makes of a class has its name and a suffix: {@code Admission_Bean}, {@code Version$quarkus…}. */
  private static final Pattern GENERATED = Pattern.compile("(_|\\$quarkus|\\$\\$|\\$Generated).*");

  @Test
  void itHoldsTheClassesOfItsSourceFoldersAndNoOthers() throws IOException {
    var compiled = new HashSet<>(classes(COMPILED.resolve("main")));
    compiled.addAll(classes(COMPILED.resolve("lambda")));

    var packaged = packaged();

    assertThat(packaged).containsAll(compiled);
    assertThat(packaged)
        .filteredOn(name -> !compiled.contains(name))
        .allSatisfy(name ->
            assertThat(GENERATED.matcher(name).replaceFirst("")).as(name).isIn(compiled));
  }

  @Test
  void itHoldsNoDatabase() throws IOException {
    try (var zip = new ZipFile(PACKAGE.toFile())) {
      assertThat(zip.stream().map(entry -> entry.getName()))
          .noneMatch(name ->
              Pattern.compile("DynamoDBLocal|sqlite4java|jetty").matcher(name).find());
    }
  }

  private static Set<String> packaged() throws IOException {
    try (var zip = new ZipFile(PACKAGE.toFile())) {
      return zip.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.startsWith(OURS) && name.endsWith(".class"))
          .map(PackageLambdaIT::withoutSuffix)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> classes(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .filter(name -> name.endsWith(".class"))
          .map(PackageLambdaIT::withoutSuffix)
          .collect(Collectors.toSet());
    }
  }

  private static String withoutSuffix(String name) {
    return name.substring(0, name.length() - ".class".length());
  }
}
