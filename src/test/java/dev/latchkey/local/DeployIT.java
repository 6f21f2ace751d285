package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code infra/deploy} with packages of every kind; SAM's command line is a stand-in that notes what it is asked for. */
class DeployIT {
  private static final String SAM = """
      #!/bin/sh
      printf '%s\\n' "$*" >> "$SAM_CALLS"
      """;

  /** Of an ELF header, where the processor stands in it. */
  private static final int MACHINE = 18;

  private static final int ARM64 = 0xb7;
  private static final int X86_64 = 0x3e;
  private static final int RISCV = 0xf3;

  private static final String CERTIFICATE =
      "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-1111-2222-3333-444455556666";

  /** What it looks for in an executable: the issuer of Amazon's certificates, and versions of the C library. */
  private static final byte[] GOOD = text("\0Amazon Root CA 1\0GLIBC_2.4\0GLIBC_2.34\0");

  @TempDir
  Path checkout;

  private Path calls;

  @BeforeEach
  void checkOut() throws IOException {
    calls = checkout.resolve("calls");
    Files.createDirectories(checkout.resolve("target/lambda"));
    Files.copy(
        Path.of("infra/deploy"),
        Files.createDirectory(checkout.resolve("infra")).resolve("deploy"));
    Files.copy(Path.of("sam-template.yaml"), checkout.resolve("sam-template.yaml"));
    var sam = Files.writeString(Files.createDirectory(checkout.resolve("bin")).resolve("sam"), SAM);
    assertThat(sam.toFile().setExecutable(true)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"183, arm64", "62, x86_64"})
  void anExecutableIsDeployedForItsProcessor(int machine, String architecture) throws Exception {
    zip("bootstrap", executable(machine), GOOD);

    deploy(
        "stack",
        "HostName=whm.example.com",
        "CertificateArn=" + CERTIFICATE,
        "--",
        "--no-confirm-changeset");

    assertThat(Files.readString(calls))
        .isEqualTo("deploy --template-file sam-template.yaml --stack-name stack"
            + " --capabilities CAPABILITY_IAM --resolve-s3 --parameter-overrides"
            + " HostName=whm.example.com Architecture=" + architecture
            + " Runtime=provided.al2023 CertificateArn=" + CERTIFICATE
            + " --no-confirm-changeset\n");
  }

  @Test
  void classesAreDeployedForTheJvm() throws Exception {
    zip("dev/latchkey/api/Call.class");

    deploy("stack", "HostName=whm.example.com", "Architecture=x86_64");

    assertThat(Files.readString(calls)).contains("Architecture=x86_64 Runtime=java21");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Architecture=x86_64 | the executable in",
        "Runtime=java21 | runs on provided.al2023",
        "Architecture=sparc | Architecture=sparc: it must be one of arm64 x86_64",
        "Runtime=nodejs20.x | it must be one of provided.al2023 java21",
        "Dashboard=true | Dashboard=true: it must be one of yes no",
        "LogRetentionDays=8 | it must be one of 1 3 5 7 14",
        "CertificateArn=whm.example.com | it must be the ARN of a certificate",
        "AlarmTopicArn=alarms | it must be the ARN of a topic",
        "ServersDomain=*.example.com | a character that no value",
        "ServersDomain=.example.com | it must be a domain in lower case",
        "HostName= | HostName is missing",
        "HostName=WHM.example.com | in lower case with its domain",
        "HostName=localhost | in lower case with its domain",
        "HostName=whm..example.com | in lower case with its domain",
        "HostName=whm example.com | a character that no value",
        "Dashbord=yes | the template has no parameter Dashbord; it has HostName Architecture Runtime",
        "--no-confirm-changeset | after --",
        "Dashboard=$(id) | a character that no value"
      })
  void whatWouldNotRunIsRefusedBeforeAnythingIsCreated(String argument, String sentence)
      throws Exception {
    zip("bootstrap", executable(ARM64), GOOD);

    assertThat(deploy("stack", "HostName=whm.example.com", argument)).contains(sentence);
    assertThat(calls).doesNotExist();
  }

  @Test
  void withoutAHostNameOrAPackageOrForAnotherProcessorNothingIsCreated() throws Exception {
    assertThat(deploy("stack", "Dashboard=yes")).contains("HostName is missing");
    assertThat(deploy("stack")).contains("usage:");
    assertThat(deploy("my stack", "HostName=whm.example.com")).contains("not a valid stack name");
    assertThat(deploy("stack", "HostName=whm.example.com")).contains("build it with mvn");
    zip("bootstrap", executable(RISCV));
    assertThat(deploy("stack", "HostName=whm.example.com")).contains("neither arm64 nor x86_64");
    zip("bootstrap", executable(ARM64), text("\0GLIBC_2.38\0"));
    assertThat(deploy("stack", "HostName=whm.example.com")).contains("needs glibc 2.38");
    zip("bootstrap", executable(ARM64));
    assertThat(deploy("stack", "HostName=whm.example.com"))
        .contains("does not trust Amazon's certificates");
    assertThat(calls).doesNotExist();
  }

  /** This machine's own, but for the processor that it says it is for. */
  private static byte[] executable(int machine) throws IOException {
    var java = Files.readAllBytes(Path.of(System.getProperty("java.home"), "bin", "java"));
    assertThat(java[MACHINE] & 0xff).isIn(ARM64, X86_64);
    java[MACHINE] = (byte) machine;
    return java;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void zip(String entry, byte[]... content) throws IOException {
    var file = checkout.resolve("target/lambda/function.zip");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry(entry));
      for (var part : content) {
        zip.write(part);
      }
    }
  }

  private String deploy(String... arguments) throws IOException, InterruptedException {
    var command = new ProcessBuilder(checkout.resolve("infra/deploy").toString());
    command.command().addAll(List.of(arguments));
    var environment = command.environment();
    environment.put("PATH", checkout.resolve("bin") + ":" + environment.get("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("SAM_CALLS", calls.toString());
    var process = command.redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
