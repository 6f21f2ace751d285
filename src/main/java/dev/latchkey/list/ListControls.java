package dev.latchkey.list;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Arguments;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import dev.latchkey.data.Data.Hash;
import dev.latchkey.data.Data.Sequence;
import dev.latchkey.text.Quoted;
import java.util.List;
import java.util.Optional;

/**
 * Filter, columns, sort and chunk of the one list that a function answers (WHM API 1, "Filter Output", "Output Columns",
 * "Sort Output", "Paginate Output"), in this order: a sort key must be a displayed column. A payload without it is left
 * alone.
 */
public record ListControls(
    Optional<Filters> filters,
    Optional<Columns> columns,
    Optional<Sorting> sorting,
    Optional<Chunk> chunk,
    boolean goesOn) {

  /** What {@link #cut} says in the metadata, if the call asks for it. */
  public static final List<Field> METADATA = List.of(
      Field.hash(
              "chunk",
              "The part of the list that this is; left out unless api.chunk.verbose is 1.",
              Chunk.FIELDS)
          .optional(),
      Field.hash(
              "filter",
              "What the filter did; left out unless api.filter.verbose is 1, and of one page of several (“next”).",
              List.of(Field.number("filtered", "How many records there were before the filter.")))
          .optional());

  /** In an answer: there are more records, of which nobody knows here how many. */
  private static final String NEXT = "next";

  /** In a call: there were others before. */
  private static final List<String> CURSORS = List.of("api.cursor", "next", "first");

  /** @throws WhmFailure naming an argument that makes no sense, also where there will be no list to apply it to */
  public static ListControls from(Arguments arguments) {
    var controls = new ControlArguments(arguments);
    return new ListControls(
        Filters.from(controls),
        Columns.from(controls),
        Sorting.from(controls),
        Chunk.from(controls),
        CURSORS.stream().anyMatch(cursor -> arguments.last(cursor).isPresent()));
  }

  /**
   * @param known the fields of each record of the list that there will be
   * @throws WhmFailure naming another one that is asked for: no record would match, and an empty list would be taken for an answer
   */
  public void refuseFieldsBeside(List<String> known, String why) {
    filters.ifPresent(
        asked -> asked.all().forEach(one -> refuse("filter", one.field(), known, why)));
    columns.ifPresent(asked -> asked.names().forEach(one -> refuse("columns", one, known, why)));
    sorting.ifPresent(
        asked -> asked.keys().forEach(one -> refuse("sort", one.field(), known, why)));
  }

  private static void refuse(String control, String field, List<String> known, String why) {
    if (!known.contains(field) && !field.equals(Records.ANY_FIELD)) {
      throw WhmFailure.parameter("api." + control, "names “" + Quoted.of(field) + "”, and " + why);
    }
  }

  /**
   * The answer with its list cut, and with what the metadata says of the cut.
   *
   * @param list the field that its function declares for it
   */
  public Answer cut(Answer answer, Optional<String> list, Steps steps) {
    if (answer.data().isEmpty()) {
      return answer;
    }
    var data = answer.data().get();
    if (list.flatMap(data::get).orElse(Data.NULL) instanceof Sequence all) {
      var cut = cut(all.items(), answer.pageOf(), !goesOn && data.get(NEXT).isEmpty(), steps);
      return with(answer, cut.metadata(), data.with(list.get(), new Sequence(cut.records())));
    }
    return with(answer, describePage(answer.pageOf()), data);
  }

  private static Answer with(Answer answer, Hash metadata, Hash data) {
    return new Answer(
        answer.result(),
        answer.reason(),
        answer.metadata().with(metadata),
        Optional.of(data),
        answer.pageOf());
  }

  private Hash describePage(Optional<Integer> pageOf) {
    return chunk
        .filter(asked -> asked.verbose() && pageOf.isPresent())
        .map(asked -> Data.hash().with("chunk", asked.describe(pageOf.get())))
        .orElseGet(Data::hash);
  }

  /** The records that remain, and what the metadata says of it. */
  record Cut(List<Data> records, Hash metadata) {}

  Cut cut(List<Data> all) {
    return cut(all, Optional.empty(), true, new Steps());
  }

  /** @param isWhole whether these are all records, and not one page of several */
  private Cut cut(List<Data> all, Optional<Integer> pageOf, boolean isWhole, Steps steps) {
    var metadata = Data.hash();
    var records = all;
    if (filters.isPresent()) {
      records = filters.get().apply(records, steps);
      if (filters.get().verbose() && isWhole) {
        // @cpanel/api reads it as the number of records before the filter.
        metadata = metadata.with("filter", Data.hash().with("filtered", all.size()));
      }
    }
    if (columns.isPresent()) {
      records = columns.get().apply(records);
    }
    if (sorting.isPresent()) {
      records = sorting.get().apply(records, steps);
    }
    if (pageOf.isPresent()) {
      metadata = metadata.with(describePage(pageOf));
    } else if (chunk.isPresent()) {
      if (chunk.get().verbose()) {
        var part = chunk.get();
        metadata = metadata.with(
            "chunk", isWhole ? part.describe(records.size()) : part.describeOfMore(records.size()));
      }
      records = chunk.get().apply(records);
    }
    return new Cut(records, metadata);
  }
}
