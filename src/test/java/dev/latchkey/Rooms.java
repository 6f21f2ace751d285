package dev.latchkey;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.latchkey.api.WhmFunction;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The classes of the deployment, and the words that the design has for them. */
final class Rooms {
  /** What {@code src/main} alone was compiled to. */
  static final JavaClasses MAIN =
      new ClassFileImporter().importPath(Path.of(System.getProperty("compiled.folder"), "main"));

  static final JavaClasses COMMAND_LINE =
      new ClassFileImporter().importPath(Path.of(System.getProperty("compiled.folder"), "cli"));

  /** A message of the MCP door is answered like a function, and is none: the door makes one for each message. */
  static final DescribedPredicate<JavaClass> FUNCTIONS = describe(
      "functions",
      one -> one.isAssignableTo(WhmFunction.class)
          && !one.getSimpleName().equals("McpMessage")
          && !one.getModifiers().contains(JavaModifier.ABSTRACT));

  /** From the bottom up; a room knows those of lower floors, and none of its own. */
  static final List<Set<String>> FLOORS = List.of(
      Set.of("data", "text", "aws"),
      Set.of("settings"),
      Set.of("store"),
      Set.of("access", "signing", "stream"),
      Set.of("api", "ssh"),
      Set.of("list", "audit", "usage", "event", "repeat", "mcp"),
      Set.of("wire", "change"),
      Set.of("server"),
      Set.of("delivery"),
      Set.of(
          "ticket",
          "sshkey",
          "hulk",
          "fleet",
          "token",
          "reseller",
          "session",
          "report",
          "system",
          "reconcile"));

  static final DescribedPredicate<JavaClass> STORE = resideInAPackage("dev.latchkey.store..");
  static final DescribedPredicate<JavaClass> CHANGE = resideInAPackage("dev.latchkey.change");

  /** What is nested in a table belongs to it. */
  static final DescribedPredicate<JavaClass> TABLES =
      describe("tables", one -> outermost(one).getSimpleName().endsWith("Table"));

  /** The one class that reaches servers. */
  static final DescribedPredicate<JavaClass> RUN_COMMAND = describe(
      "Run Command",
      one -> outermost(one).getFullName().equals("dev.latchkey.delivery.RunCommand"));

  /** The one class that asks for signatures elsewhere. */
  static final DescribedPredicate<JavaClass> KMS =
      describe("KMS", one -> outermost(one).getFullName().equals("dev.latchkey.signing.KmsSigner"));

  /** The one class that signs single requests to other services. */
  static final DescribedPredicate<JavaClass> AWS_SERVICE = describe(
      "single requests", one -> outermost(one).getFullName().equals("dev.latchkey.aws.AwsService"));

  /** What several tables of a room know of an item. */
  static final DescribedPredicate<JavaClass> LAYOUTS =
      not(STORE).and(describe("layouts", one -> outermost(one).getSimpleName().endsWith("Item")));

  static final DescribedPredicate<JavaClass> ADDRESSES = describe(
      "addresses",
      one -> Set.of("AddressRange", "AddressList").contains(outermost(one).getSimpleName()));

  /** Plain values and what is decided about them: records, enums, exceptions, and the classes named here. */
  static final DescribedPredicate<JavaClass> RULES = describe("rules", Rooms::isRule);

  private static final DescribedPredicate<JavaClass> FEATURES = resideInAnyPackage(
      "dev.latchkey.access..",
      "dev.latchkey.ssh..",
      "dev.latchkey.text..",
      "dev.latchkey.audit..",
      "dev.latchkey.usage..",
      "dev.latchkey.server..",
      "dev.latchkey.delivery..",
      "dev.latchkey.ticket..",
      "dev.latchkey.sshkey..",
      "dev.latchkey.fleet..",
      "dev.latchkey.token..",
      "dev.latchkey.reseller..");
  private static final Set<String> NEITHER_RECORD_NOR_ENUM = Set.of(
      "AddressRange",
      "CountOutcome",
      "LastAllToken",
      "Nearest",
      "PlainLetters",
      "Privileges",
      "Quoted",
      "Sha256",
      "SessionId",
      "SessionText",
      "CheckedText",
      "TokenText",
      "TokenValue");

  private Rooms() {}

  /** Its floor, counted from 0 at the bottom; -1 for a room that has none. */
  static int floorOf(String room) {
    return IntStream.range(0, FLOORS.size())
        .filter(floor -> FLOORS.get(floor).contains(room))
        .findFirst()
        .orElse(-1);
  }

  /** The room of a class of ours, such as {@code ticket}. */
  static String roomOf(JavaClass one) {
    return one.getPackageName().substring("dev.latchkey.".length());
  }

  private static boolean isRule(JavaClass one) {
    var outer = outermost(one);
    var isValue = outer.isRecord()
        || outer.isEnum()
        || outer.isAssignableTo(Throwable.class)
        || NEITHER_RECORD_NOR_ENUM.contains(outer.getSimpleName());
    return isValue && FEATURES.test(outer) && !TABLES.or(LAYOUTS).or(FUNCTIONS).test(outer);
  }

  private static JavaClass outermost(JavaClass one) {
    return one.getEnclosingClass().map(Rooms::outermost).orElse(one.getBaseComponentType());
  }
}
