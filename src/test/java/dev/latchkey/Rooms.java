package dev.latchkey;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.latchkey.api.WhmFunction;
import java.util.Set;

/** The classes of the deployment, and the words that the design has for them. */
final class Rooms {
  /** In any folder of a build; ArchUnit's own option knows Maven's usual one alone. */
  private static final ImportOption NO_TESTS = location -> !location.contains("/test-classes/");

  static final JavaClasses MAIN =
      new ClassFileImporter().withImportOption(NO_TESTS).importPackages("dev.latchkey");

  static final DescribedPredicate<JavaClass> FUNCTIONS = describe(
      "functions",
      one -> one.isAssignableTo(WhmFunction.class)
          && !one.getModifiers().contains(JavaModifier.ABSTRACT));

  static final DescribedPredicate<JavaClass> STORE = resideInAPackage("dev.latchkey.store..");
  static final DescribedPredicate<JavaClass> LOCAL = resideInAPackage("dev.latchkey.local..");

  /** What is nested in a table belongs to it. */
  static final DescribedPredicate<JavaClass> TABLES =
      describe("tables", one -> outermost(one).getSimpleName().endsWith("Table"));

  /** The one class that reaches servers. */
  static final DescribedPredicate<JavaClass> RUN_COMMAND = describe(
      "Run Command",
      one -> outermost(one).getFullName().equals("dev.latchkey.delivery.RunCommand"));

  /** What several tables of a room know of an item. */
  static final DescribedPredicate<JavaClass> LAYOUTS = not(STORE.or(LOCAL))
      .and(describe("layouts", one -> outermost(one).getSimpleName().endsWith("Item")));

  static final DescribedPredicate<JavaClass> ADDRESSES = describe(
      "addresses",
      one -> Set.of("AddressRange", "AddressList").contains(outermost(one).getSimpleName()));

  /** Plain values and what is decided about them: records, enums, exceptions, and the classes named here. */
  static final DescribedPredicate<JavaClass> RULES = describe("rules", Rooms::isRule);

  private static final DescribedPredicate<JavaClass> FEATURES = resideInAPackage("dev.latchkey.*..")
      .and(not(STORE.or(LOCAL).or(resideInAPackage("dev.latchkey.api.."))));
  private static final Set<String> NEITHER_RECORD_NOR_ENUM =
      Set.of("AddressRange", "LastAllToken", "Privileges", "Quoted", "Sha256", "TokenValue");

  private Rooms() {}

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
