package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

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

/**
 * {@code infra/deploy} with packages of every kind; the command lines of SAM and AWS are stand-ins that note what they are
 * asked for.
 */
class DeployIT {
  /**
   * It reads parameters as SAM's own does (samcli/cli/types.py, CfnParameterOverridesType, and option_nargs.py, of 1.164.0):
   * what follows the option until the next one, each as {@code NAME=VALUE} where a value in quotation marks may be empty and
   * one without ends at a blank.
   */
  private static final String SAM = """
      #!/usr/bin/env python3
      import os, re, sys

      VALUE = r'("(?:\\\\.|[^"\\\\]+)*"|\\'(?:\\\\.|[^\\'\\\\]+)*\\'|(?:\\\\.|[^ "\\\\]+)+)'
      PAIR = re.compile("(?: )([A-Za-z0-9\\"']+)=" + VALUE)

      def unquoted(text):
          if text and text[0] == text[-1] and text[0] in "\\"'":
              text = text[1:-1]
          return text.replace("\\\\ ", " ").replace('\\\\"', '"').replace("\\\\'", "'")

      arguments = sys.argv[1:]
      given = arguments.index("--parameter-overrides") + 1
      end = next((at for at in range(given, len(arguments)) if arguments[at].startswith("-")), len(arguments))
      parameters = {}
      for text in arguments[given:end]:
          pairs = PAIR.findall(" " + text.strip())
          if not pairs:
              sys.exit("Error: %s is not a valid format" % text)
          parameters.update((unquoted(name), unquoted(value)) for name, value in pairs)
      with open(os.environ["SAM_CALLS"], "a") as calls:
          print(" ".join(arguments[:given - 1] + arguments[end:]), file=calls)
          for name, value in parameters.items():
              print("%s=<%s>" % (name, value), file=calls)
      """;

  /** Of an account where the stack holds twelve of each, and with documents of four releases. */
  private static final String AWS = """
      #!/bin/sh
      printf '%s\\n' "$*" >> "$AWS_CALLS"
      case $* in
        *get-account-settings*) echo "$FREE" ;;
        *describe-stacks*new*) echo 'Stack with id new does not exist' >&2; exit 254 ;;
        *describe-stacks*HostName*) [ -z "${DENIED:-}" ] || { echo AccessDenied >&2; exit 254; }; echo whm.example.com ;;
        *describe-stacks*) echo 12 ;;
        *list-documents*) [ -z "${DENIED:-}" ] || { echo AccessDenied >&2; exit 254; } ;;
      esac
      case $* in
        *list-documents*Order*) printf '%s\\n' '2026-11-03 stack-OrderDocument-C' '2026-11-01 stack-OrderDocument-A' '2026-11-04 stack-OrderDocument-D' '2026-11-02 stack-OrderDocument-B' ;;
        *list-documents*) printf '%s\\n' '2026-11-01 stack-InstallDocument-A' '2026-11-02 stack-InstallDocument-B' ;;
      esac
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
  private String account = "1000";
  private String denied = "";

  @BeforeEach
  void checkOut() throws IOException {
    calls = checkout.resolve("calls");
    Files.createDirectories(checkout.resolve("target/lambda"));
    Files.copy(
        Path.of("infra/deploy"),
        Files.createDirectory(checkout.resolve("infra")).resolve("deploy"));
    Files.copy(Path.of("sam-template.yaml"), checkout.resolve("sam-template.yaml"));
    Files.createDirectory(checkout.resolve("bin"));
    program("sam", SAM);
    program("aws", AWS);
  }

  private void program(String name, String text) throws IOException {
    var file = Files.writeString(checkout.resolve("bin").resolve(name), text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
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

    assertThat(Files.readString(calls)).isEqualTo("""
            deploy --template-file sam-template.yaml --stack-name stack --capabilities CAPABILITY_IAM --resolve-s3 --no-confirm-changeset
            HostName=<whm.example.com>
            Architecture=<%s>
            Runtime=<provided.al2023>
            CertificateArn=<%s>
            """.formatted(architecture, CERTIFICATE));
  }

  @Test
  void aParameterCanBeEmptiedAndAllThatIsDoneIsSaid() throws Exception {
    zip("bootstrap", executable(ARM64), GOOD);

    assertThat(deploy(
            "stack",
            "HostName=whm.example.com",
            "ServersDomain=",
            "AlarmTopicArn=",
            "BudgetEmail=o.p+s@example.com",
            "--",
            "--tags",
            "a=b c"))
        .contains("(provided.al2023, arm64) as stack for whm.example.com.")
        .contains("Empties ServersDomain.")
        .contains("Sets BudgetEmail to \"o.p+s@example.com\".")
        .contains("Gives sam deploy --tags.");

    assertThat(Files.readString(calls))
        .contains("--tags a=b c\n")
        .contains("\nServersDomain=<>\nAlarmTopicArn=<>\nBudgetEmail=<o.p+s@example.com>\n");
  }

  /** The release before may still be running. */
  @Test
  void documentsBeforeThoseOfTheLastReleaseAreRemoved() throws Exception {
    zip("bootstrap", executable(ARM64), GOOD);

    deploy("stack", "HostName=whm.example.com", "--", "--profile", "ops", "--region=eu-central-1");

    assertThat(Files.readString(checkout.resolve("aws-calls"))
            .lines()
            .filter(call -> call.contains("delete-document")))
        .containsExactly(
            "--profile ops --region eu-central-1 ssm delete-document --name stack-OrderDocument-A",
            "--profile ops --region eu-central-1 ssm delete-document --name stack-OrderDocument-B");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "250 | 42 | Reserves 42 for each of 5 functions; 42 would fit.",
        "250 | 43 | so that 42 would fit",
        "60 | 4 | Reserves 4 for each of 5 functions; 4 would fit.",
        "10 | 1 | so that 0 would fit",
        "10 | 0 | What is not named",
        "none | 1 | which is not a number"
      })
  void whatAnAccountCannotReserveIsRefused(String free, int reserved, String sentence)
      throws Exception {
    zip("bootstrap", executable(ARM64), GOOD);
    account = free; // And twelve of each of the five, which are given back first.

    assertThat(deploy("stack", "HostName=whm.example.com", "ReservedConcurrency=" + reserved))
        .contains(sentence);
  }

  @Test
  void classesAreDeployedForTheJvm() throws Exception {
    zip("dev/latchkey/api/Call.class");

    deploy("stack", "HostName=whm.example.com", "Architecture=x86_64");

    assertThat(Files.readString(calls)).contains("Architecture=<x86_64>\nRuntime=<java21>\n");
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
        "HostName=whm example.com | in lower case with its domain",
        "'HostName=whm,example.com' | in lower case with its domain",
        "TableName=a\"b | a character that no value",
        "Dashboard= | Dashboard=: it must be one of yes no",
        "ThrottlingRate= | it must be a number",
        "ThrottlingRate=many | it must be a number",
        "ThrottlingRate=0 | it must be 1 or more",
        "GrantsPerServer=41 | it must be 40 or less",
        "BudgetEmail=ops | it must be an e-mail address",
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
  void aStackThatIsThereKeepsItsHostName() throws Exception {
    zip("bootstrap", executable(ARM64), GOOD);

    deploy("stack", "Canary=AllAtOnce");

    assertThat(Files.readString(calls))
        .contains("HostName=<whm.example.com>\n", "Canary=<AllAtOnce>\n");
  }

  @Test
  void whatIsNotKnownOfTheStackIsSaid() throws Exception {
    zip("bootstrap", executable(ARM64), GOOD);
    denied = "yes";

    assertThat(deploy("stack", "Canary=AllAtOnce")).contains("AccessDenied");
    assertThat(calls).doesNotExist();
    assertThat(deploy("stack", "HostName=whm.example.com"))
        .contains("AccessDenied", "its old command documents were not removed");
  }

  @Test
  void withoutAHostNameOrAPackageOrForAnotherProcessorNothingIsCreated() throws Exception {
    assertThat(deploy("new", "Dashboard=yes")).contains("HostName is missing");
    assertThat(deploy()).contains("usage:");
    assertThat(deploy("stack", "HostName=whm.example.com", "TableName="))
        .contains("a new, empty table");
    assertThat(deploy("stack", "HostName=whm.example.com", "RestoredTable=older"))
        .contains("RestoredTable=older: it is TableName now");
    assertThat(deploy("my stack", "HostName=whm.example.com")).contains("not a valid stack name");
    assertThat(deploy("aws-stack", "HostName=whm.example.com")).contains("a name of AWS's own");
    assertThat(deploy("s".repeat(91), "HostName=whm.example.com")).contains("longer than 90");
    assertThat(deploy("stack", "HostName=whm.example.com")).contains("build it with mvn");
    zip("bootstrap", executable(RISCV));
    assertThat(deploy("stack", "HostName=whm.example.com")).contains("neither arm64 nor x86_64");
    zip("bootstrap", executable(ARM64), text("\0GLIBC_2.38\0"));
    assertThat(deploy("stack", "HostName=whm.example.com")).contains("needs glibc 2.38");
    zip(
        "bootstrap",
        executable(ARM64),
        GOOD,
        text("\0com.oracle.svm.core.VM=GraalVM CE 25+native-kit\0"));
    assertThat(deploy("stack", "HostName=whm.example.com")).contains("built for checking only");
    zip("bootstrap", executable(ARM64));
    assertThat(deploy("stack", "HostName=whm.example.com"))
        .contains("does not trust Amazon's certificates");
    assertThat(calls).doesNotExist();
  }

  /** As far as it is looked at: an ELF header and no more. */
  private static byte[] executable(int machine) {
    var header = new byte[64];
    System.arraycopy(text("\177ELF\2\1\1"), 0, header, 0, 7);
    header[MACHINE] = (byte) machine;
    return header;
  }

  /** Java's own launcher needs a library of the JDK's. */
  @Test
  void whatLambdaHasNoLibraryForIsRefused() throws Exception {
    assumeThat(Path.of("/usr/bin/readelf")).exists();
    zip(
        "bootstrap",
        Files.readAllBytes(Path.of(System.getProperty("java.home"), "bin", "java")),
        GOOD);

    assertThat(deploy("stack", "HostName=whm.example.com"))
        .contains("needs libjli.so, which Lambda does not have");
    assertThat(calls).doesNotExist();
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
    environment.put("AWS_CALLS", checkout.resolve("aws-calls").toString());
    environment.put("FREE", account);
    environment.put("DENIED", denied);
    var process = command.redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
