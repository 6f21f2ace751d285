package dev.latchkey.usage;

import dev.latchkey.api.Declaration;
import dev.latchkey.api.Functions;
import dev.latchkey.api.PriceClass;
import dev.latchkey.settings.Settings;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;

/** The prices that are set, and which of them a function has. */
@Singleton
public class Prices {
  private final PriceList list;
  private final Instance<Functions> functions;

  @Inject
  Prices(Settings settings, Instance<Functions> functions) {
    var set = settings.prices();
    this.list = PriceList.of(
        set.currency(),
        Map.of(
            PriceClass.READ, set.read(),
            PriceClass.CHANGE, set.change(),
            PriceClass.SERVERS, set.servers()));
    this.functions = functions;
  }

  /** A price that is none stops the start, and not the close of a month. */
  void start(@Observes StartupEvent event) {}

  public PriceList list() {
    return list;
  }

  /**
   * A function as it is billed.
   *
   * @param name what stands for it where there is none of that number, or none any more
   */
  public record Priced(int number, String name, PriceClass priceClass) {}

  /** A call of a name that is not a function costs as much as a read: it was asked for, and answered. */
  public Priced of(int number) {
    return functions
        .get()
        .numbered(number)
        .map(Prices::priced)
        .orElseGet(() ->
            new Priced(number, number == 0 ? "(unknown)" : "(" + number + ")", PriceClass.READ));
  }

  private static Priced priced(Declaration function) {
    return new Priced(function.number(), function.name(), function.priceClass());
  }
}
