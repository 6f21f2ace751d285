package dev.latchkey.api;

import dev.latchkey.api.FieldType.ByName;
import dev.latchkey.api.FieldType.HashOf;
import dev.latchkey.api.FieldType.ListOf;
import dev.latchkey.api.FieldType.Simple;
import java.util.ArrayList;
import java.util.List;

/**
 * One field of what a function answers. It is declared beside the code that makes it; {@code docs/functions.md} and the
 * response schemas of {@code infra/openapi.json} are made of it, and every answer in the tests is held against it.
 *
 * @param mayBeAbsent it is left out where there is nothing to say
 * @param mayBeNull it is there, and null where there is nothing to say
 * @param isSecret whoever has it can call or log in by it, so it must not be kept by what shows the answer
 */
public record Field(
    String name,
    FieldType type,
    String sentence,
    boolean mayBeAbsent,
    boolean mayBeNull,
    boolean isSecret) {

  public static Field of(String name, FieldType type, String sentence) {
    return new Field(name, type, sentence, false, false, false);
  }

  public static Field text(String name, String sentence) {
    return of(name, Simple.TEXT, sentence);
  }

  /** A whole number. */
  public static Field number(String name, String sentence) {
    return of(name, Simple.NUMBER, sentence);
  }

  /** 1 or 0. */
  public static Field flag(String name, String sentence) {
    return of(name, Simple.FLAG, sentence);
  }

  /** Seconds since 1970, UTC. */
  public static Field time(String name, String sentence) {
    return of(name, Simple.TIME, sentence);
  }

  public static Field texts(String name, String sentence) {
    return of(name, new ListOf(Simple.TEXT), sentence);
  }

  public static Field hash(String name, String sentence, List<Field> fields) {
    return of(name, new HashOf(fields), sentence);
  }

  /** A list of hashes. */
  public static Field list(String name, String sentence, Field... fields) {
    return list(name, sentence, List.of(fields));
  }

  public static Field list(String name, String sentence, List<Field> fields) {
    return of(name, new ListOf(new HashOf(fields)), sentence);
  }

  /** A hash that is described elsewhere. */
  public static Field anyHash(String name, String sentence) {
    return of(name, Simple.ANY_HASH, sentence);
  }

  /** A hash of texts, by names that no declaration knows. */
  public static Field textsByName(String name, String sentence) {
    return of(name, new ByName(Simple.TEXT), sentence);
  }

  /** A hash of hashes, by names that no declaration knows. */
  public static Field byName(String name, String sentence, List<Field> fields) {
    return of(name, new ByName(new HashOf(fields)), sentence);
  }

  /** The fields of several shapes, one after the other. */
  @SafeVarargs
  public static List<Field> all(List<Field>... shapes) {
    var all = new ArrayList<Field>();
    for (var shape : shapes) {
      all.addAll(shape);
    }
    return List.copyOf(all);
  }

  /**
   * A list, or a hash by name, of no more than that, which a function that changes something has to say: its answer is never
   * too long.
   */
  public Field atMost(int most) {
    return new Field(name, atMost(type, most), sentence, mayBeAbsent, mayBeNull, isSecret);
  }

  private FieldType atMost(FieldType of, int most) {
    if (of instanceof ListOf list) {
      return new ListOf(list.each(), most);
    }
    if (of instanceof ByName byName) {
      return new ByName(byName.each(), most);
    }
    throw new IllegalStateException(name + " is neither a list nor a hash by name");
  }

  public Field optional() {
    return new Field(name, type, sentence, true, mayBeNull, isSecret);
  }

  public Field orNull() {
    return new Field(name, type, sentence, mayBeAbsent, true, isSecret);
  }

  /** Whether it or anything in it is a secret. */
  boolean showsSecret() {
    return isSecret || type.fields().stream().anyMatch(Field::showsSecret);
  }

  public Field secret() {
    return new Field(name, type, sentence, mayBeAbsent, mayBeNull, true);
  }
}
