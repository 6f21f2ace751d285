package dev.latchkey.list;

import dev.latchkey.api.Argument;
import dev.latchkey.api.Arguments;
import dev.latchkey.data.Data;
import java.util.Arrays;
import java.util.List;

/** Records in short, {@code listing("id=1 name=a", "id=2")}, cut by {@code "chunk.enable=1 chunk.size=1"}. */
record Listing(List<Data> records) {
  static Listing listing(String... records) {
    return new Listing(Arrays.stream(records).map(Listing::record).toList());
  }

  static Data record(String fields) {
    var record = Data.hash();
    for (var field : fields.split(" ")) {
      var equals = field.indexOf('=');
      record = record.with(field.substring(0, equals), field.substring(equals + 1));
    }
    return record;
  }

  /** @param arguments as in a call, but for their {@code api.} */
  static ListControls controls(String arguments) {
    return ListControls.from(
        new Arguments(Arrays.stream(arguments.split(" ")).map(Listing::argument).toList()));
  }

  List<Data> cut(String arguments) {
    return controls(arguments).cut(records).records();
  }

  Data.Hash metadata(String arguments) {
    return controls(arguments).cut(records).metadata();
  }

  /** The field {@code id} of the records that remain, in a line. */
  String ids(String arguments) {
    return String.join(
        " ", cut(arguments).stream().map(record -> Records.text(record, "id")).toList());
  }

  private static Argument argument(String pair) {
    var equals = pair.indexOf('=');
    return new Argument("api." + pair.substring(0, equals), pair.substring(equals + 1));
  }
}
