package dev.latchkey.api;

import java.util.List;

/** What a {@link Field} holds. WHM's answers have no truth values and no fractions. */
public sealed interface FieldType {
  /** The fields of the hash that it is, or of the hashes in it. */
  default List<Field> fields() {
    return List.of();
  }

  enum Simple implements FieldType {
    TEXT,
    /** A whole number. */
    NUMBER,
    /** 1 or 0. */
    FLAG,
    /** Seconds since 1970, UTC. */
    TIME,
    /** A hash that is described elsewhere: another function makes it, or the agent on a server. */
    ANY_HASH
  }

  /** @param most how many there can be */
  record ListOf(FieldType each, int most) implements FieldType {
    /** As many as there are. */
    public static final int ALL = Integer.MAX_VALUE;

    public ListOf(FieldType each) {
      this(each, ALL);
    }

    @Override
    public List<Field> fields() {
      return each.fields();
    }
  }

  record HashOf(List<Field> fields) implements FieldType {}

  /**
   * A hash whose keys are names that no declaration knows, such as those of tokens.
   *
   * @param most how many there can be
   */
  record ByName(FieldType each, int most) implements FieldType {
    public ByName(FieldType each) {
      this(each, ListOf.ALL);
    }

    @Override
    public List<Field> fields() {
      return each.fields();
    }
  }
}
