package dev.latchkey.testing;

import java.util.Comparator;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;
import org.junit.jupiter.api.Order;

/** Classes with an {@link Order} come first, the others by name, so that every run has one sequence. */
public final class OrderThenName implements ClassOrderer {
  @Override
  public void orderClasses(ClassOrdererContext context) {
    context
        .getClassDescriptors()
        .sort(Comparator.comparingInt(OrderThenName::order)
            .thenComparing(one -> one.getTestClass().getName()));
  }

  private static int order(ClassDescriptor of) {
    return of.findAnnotation(Order.class).map(Order::value).orElse(Integer.MAX_VALUE);
  }
}
