package dev.latchkey;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.bePackagePrivate;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.latchkey.Rooms.ADDRESSES;
import static dev.latchkey.Rooms.AWS_SERVICE;
import static dev.latchkey.Rooms.CHANGE;
import static dev.latchkey.Rooms.COMMAND_LINE;
import static dev.latchkey.Rooms.FUNCTIONS;
import static dev.latchkey.Rooms.KMS;
import static dev.latchkey.Rooms.LAYOUTS;
import static dev.latchkey.Rooms.MAIN;
import static dev.latchkey.Rooms.RULES;
import static dev.latchkey.Rooms.RUN_COMMAND;
import static dev.latchkey.Rooms.STORE;
import static dev.latchkey.Rooms.TABLES;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import jakarta.ws.rs.Path;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms run downward; {@code docs/architecture.md} shows the floors. */
class ArchitectureTest {
  private static final DescribedPredicate<JavaClass> SDK =
      resideInAPackage("software.amazon.awssdk..");
  private static final DescribedPredicate<JavaClass> JDK = resideInAPackage("java..");
  private static final DescribedPredicate<JavaClass> ADDRESS_LIBRARY =
      resideInAPackage("inet.ipaddr..");
  private static final DescribedPredicate<JavaClass> WIRE_LIBRARIES = resideInAnyPackage(
      "jakarta.ws.rs..", "org.jboss.resteasy..", "io.vertx..", "com.fasterxml.jackson..");

  @Test
  void onlyTablesTheStoreAndRunCommandKnowTheSdk() {
    none(
        not(TABLES.or(LAYOUTS).or(STORE).or(RUN_COMMAND).or(AWS_SERVICE).or(KMS)),
        dependOnClassesThat(SDK));
  }

  @Test
  void howAnItemLiesInTheTableIsKnownInItsRoomAlone() {
    all(LAYOUTS, bePackagePrivate());
  }

  @Test
  void rulesKnowOnlyTheJdkAndEachOther() {
    all(RULES.and(not(ADDRESSES)), onlyDependOnClassesThat(RULES.or(JDK)));
  }

  @Test
  void addressesKnowTheirLibraryToo() {
    all(ADDRESSES, onlyDependOnClassesThat(RULES.or(JDK).or(ADDRESS_LIBRARY)));
  }

  @Test
  void onlyAddressesKnowTheirLibrary() {
    none(not(ADDRESSES), dependOnClassesThat(ADDRESS_LIBRARY));
  }

  @Test
  void functionsKnowNoHttpNoJsonAndNoSdk() {
    none(FUNCTIONS, dependOnClassesThat(SDK.or(WIRE_LIBRARIES).and(not(equivalentTo(Path.class)))));
  }

  @Test
  void roomsAreFreeOfCycles() {
    slices().matching("dev.latchkey.(*)..").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void everyRoomHasAFloor() {
    assertThat(MAIN)
        .allSatisfy(one ->
            assertThat(Rooms.floorOf(Rooms.roomOf(one))).as(one.getName()).isNotNegative());
  }

  @Test
  void arrowsLookDownOnly() {
    noClasses().should(lookUpOrSideways()).check(MAIN);
  }

  @Test
  void aTransactionIsCommittedByAChangeAlone() {
    noClasses()
        .that(not(CHANGE).and(not(resideInAPackage("dev.latchkey.usage"))))
        .should()
        .callMethod(Store.class, "write", Transaction.class)
        .check(MAIN);
  }

  /** It is compiled without them; this says why the compiler would complain. */
  @Test
  void nothingKnowsOfTheLaptop() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.latchkey.local..",
            "dev.latchkey.sam..",
            "dev.latchkey.generate..",
            "dev.latchkey.cli..")
        .check(MAIN);
  }

  /** It is packaged with these libraries alone, and meets the service over the wire. */
  @Test
  void theCommandLineKnowsNothingOfTheService() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.latchkey.cli..", "com.fasterxml.jackson.core..", "java..", "javax.net.ssl..")
        .check(COMMAND_LINE);
  }

  private static ArchCondition<JavaClass> lookUpOrSideways() {
    return new ArchCondition<>("know a room of their own floor or of a higher one") {
      @Override
      public void check(JavaClass one, ConditionEvents events) {
        var own = Rooms.roomOf(one);
        for (var arrow : one.getDirectDependenciesFromSelf()) {
          var target = arrow.getTargetClass().getBaseComponentType();
          if (!target.getPackageName().startsWith("dev.latchkey.")) {
            continue;
          }
          var other = Rooms.roomOf(target);
          var looksDown = other.equals(own) || Rooms.floorOf(other) < Rooms.floorOf(own);
          events.add(new SimpleConditionEvent(one, !looksDown, arrow.getDescription()));
        }
      }
    };
  }

  private static void all(DescribedPredicate<JavaClass> which, ArchCondition<JavaClass> should) {
    classes().that(which).should(should).allowEmptyShould(false).check(MAIN);
  }

  private static void none(DescribedPredicate<JavaClass> which, ArchCondition<JavaClass> should) {
    noClasses().that(which).should(should).allowEmptyShould(false).check(MAIN);
  }
}
