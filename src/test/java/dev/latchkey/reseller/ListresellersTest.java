package dev.latchkey.reseller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Customer;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ListresellersTest extends WhmTest {
  @Test
  void allOfThemInOrderSuspendedOnesToo() {
    var some = List.of(Customer.name(), Customer.name());
    some.forEach(name -> root().data("setupreseller", "user", name));
    root().data("suspendreseller", "user", some.get(0));

    var names = names();

    assertThat(names).containsAll(some).doesNotContain("root").isSorted();
  }

  @Test
  void aPageOfThem() {
    root().data("setupreseller", "user", Customer.name());
    root().data("setupreseller", "user", Customer.name());

    assertThat(root()
            .data(
                "listresellers",
                "api.chunk.enable",
                "1",
                "api.chunk.size",
                "1",
                "api.chunk.start",
                "2")
            .path("reseller"))
        .singleElement()
        .satisfies(name -> assertThat(name.asText()).isEqualTo(names().get(1)));
  }

  private List<String> names() {
    return StreamSupport.stream(root().data("listresellers").path("reseller").spliterator(), false)
        .map(name -> name.asText())
        .toList();
  }
}
