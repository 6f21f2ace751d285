package dev.latchkey;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static dev.latchkey.Rooms.FUNCTIONS;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Locale;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What every function's class has in common, found where it is compiled, so that none is left out. */
class EveryFunctionTest {
  @Test
  void everyFunctionIsFinal() {
    check(ArchConditions.haveModifier(JavaModifier.FINAL));
  }

  @Test
  void everyFunctionIsASingleton() {
    check(ArchConditions.beAnnotatedWith(Singleton.class));
  }

  @Test
  void everyFunctionIsServedUnderItsName() {
    check(be(
        "served under its NAME",
        function -> function.isAnnotatedWith(Path.class)
            && function.getAnnotationOfType(Path.class).value().equals(name(function))));
  }

  @Test
  void everyFunctionIsNamedLikeItsClass() {
    check(be(
        "named like its class",
        function -> function
            .getSimpleName()
            .replaceAll("(?<!^)([A-Z])", "_$1")
            .toLowerCase(Locale.ROOT)
            .equals(name(function))));
  }

  @Test
  void everyFunctionHasATestOfItsName() {
    check(be("tested by a class named like it", function -> isThere(function.getName() + "Test")));
  }

  private static void check(ArchCondition<JavaClass> condition) {
    classes().that(FUNCTIONS).should(condition).allowEmptyShould(false).check(Rooms.MAIN);
  }

  private static ArchCondition<JavaClass> be(String what, Predicate<JavaClass> is) {
    return ArchConditions.be(DescribedPredicate.describe(what, is));
  }

  /** The constant from which the class makes its declaration, too. */
  private static String name(JavaClass function) {
    try {
      var name = function.reflect().getDeclaredField("NAME");
      name.setAccessible(true);
      return (String) name.get(null);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(function.getName() + " has no constant NAME", e);
    }
  }

  private static boolean isThere(String test) {
    try {
      Class.forName(test, false, EveryFunctionTest.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
