package dev.latchkey.store;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Items that were each read alone: whatever is wrong with one of them is that one's alone. The log names it.
 *
 * @param read what the others say, in their order
 * @param damaged those that cannot be read
 */
public record Items<T>(List<T> read, List<DamagedItem> damaged) {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.table");

  public Items {
    read = List.copyOf(read);
    damaged = List.copyOf(damaged);
  }

  public static <T> Items<T> each(List<Item> items, Function<Item, T> reader) {
    var read = new ArrayList<T>();
    var damaged = new ArrayList<DamagedItem>();
    for (var item : items) {
      try {
        read.add(item.as(reader));
      } catch (DamagedItem e) {
        LOG.error(e.getMessage(), e.getCause());
        damaged.add(e);
      }
    }
    return new Items<>(read, damaged);
  }

  /** All of them, for what may leave none out; it fails where one cannot be read. */
  public List<T> whole() {
    check();
    return read;
  }

  /** What an answer says of those that it cannot show. */
  public List<String> remarks() {
    return damaged.stream()
        .map(item -> "One is not shown: " + item.getMessage() + ".")
        .toList();
  }

  private void check() {
    damaged.stream().findFirst().ifPresent(first -> {
      throw first;
    });
  }

  /** Does what is to be done with all of them: it fails after the others are done, if one cannot be read. */
  public Uni<Void> orFail(Function<List<T>, Uni<Void>> work) {
    return work.apply(read).invoke(this::check);
  }
}
