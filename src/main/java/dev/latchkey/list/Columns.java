package dev.latchkey.list;

import dev.latchkey.data.Data;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** {@code api.columns}: the fields of each record that stay, in the order of the letters. */
record Columns(List<String> names) {
  private static final String CONTROL = "columns";
  private static final int MOST = 100;

  /** Switched on without a letter it does nothing: dashboards send that, and expect their records. */
  static Optional<Columns> from(ControlArguments controls) {
    if (!controls.isOn(CONTROL, "enable")) {
      return Optional.empty();
    }
    var names = new ArrayList<String>();
    controls
        .byLetter(CONTROL, MOST)
        .forEach((letter, parts) -> Optional.ofNullable(parts.get(""))
            .filter(name -> !name.isEmpty())
            .map(name -> ControlArguments.bounded(CONTROL, letter, "", name))
            .ifPresent(names::add));
    return names.isEmpty() ? Optional.empty() : Optional.of(new Columns(List.copyOf(names)));
  }

  List<Data> apply(List<Data> records) {
    return records.stream().map(this::apply).toList();
  }

  private Data apply(Data record) {
    if (!(record instanceof Data.Hash hash)) {
      return record;
    }
    var kept = new LinkedHashMap<String, Data>();
    names.forEach(name -> hash.get(name).ifPresent(value -> kept.put(name, value)));
    return new Data.Hash(kept);
  }
}
