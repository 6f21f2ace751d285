package dev.latchkey.api;

import dev.latchkey.access.Privilege;
import dev.latchkey.data.Data;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What a function says of itself, once. Routes, argument checks, {@code applist}, the privilege check, the OpenAPI
 * document and {@code docs/functions.md} derive from it.
 */
public final class Declaration {
  private static final List<Parameter<?>> OF_CHANGES =
      List.of(DryRun.PARAMETER, IdempotencyKey.PARAMETER);

  private static final int MOST_NUMBER = 1295; // ZZ in the names of counters

  private final String name;
  private final String sentence;
  private int number;
  private boolean accessStated;
  private Optional<Privilege> privilege = Optional.empty();
  private boolean changes;
  private boolean closes;
  private boolean runsOthers;
  private Optional<Set<Permission>> permissions = Optional.empty();
  private List<Parameter<?>> parameters = List.of();
  private final List<Field> fields = new ArrayList<>();
  private final List<Field> metadata = new ArrayList<>();
  private Optional<String> ownGrammar = Optional.empty();
  private boolean answerStated;
  private boolean mayAnswerNothing;
  private boolean extension;
  private boolean tool;
  private int mostServers;
  private Optional<UnaryOperator<Data.Hash>> apiZero = Optional.empty();
  private Optional<PriceClass> priceClass = Optional.empty();

  private Declaration(String name, String sentence) {
    this.name = name;
    this.sentence = sentence;
  }

  /**
   * @param name WHM's name of the function
   * @param sentence what it does, as WHM's documentation would say it
   */
  public static Declaration of(String name, String sentence) {
    return new Declaration(name, sentence);
  }

  /**
   * The number by which its calls are counted, for ever: counters are named by it, so no other function may have it, also
   * after this one is gone.
   *
   * @param own 1 to {@value #MOST_NUMBER}
   */
  public Declaration numbered(int own) {
    number = own;
    return this;
  }

  /** Only callers that hold {@code required} may call it. */
  public Declaration requires(Privilege required) {
    accessStated = true;
    privilege = Optional.of(required);
    return this;
  }

  /** Whoever has a valid credential may call it. */
  public Declaration forAnyCaller() {
    accessStated = true;
    return this;
  }

  /** It changes something, so arguments that it would pass over by a slip of the pen are refused. */
  public Declaration changes() {
    changes = true;
    return this;
  }

  /** It changes something, and that can only close access: it waits for nothing that it can do without. */
  public Declaration closes() {
    closes = true;
    return changes();
  }

  /** It runs other functions, and changes something where they do. */
  public Declaration runsOthers() {
    runsOthers = true;
    return this;
  }

  /** The permissions it needs beyond those of every call. */
  public Declaration needs(Permission... needed) {
    var all = EnumSet.noneOf(Permission.class);
    all.addAll(Arrays.asList(needed));
    permissions = Optional.of(all);
    return this;
  }

  public Declaration needsNothingMore() {
    return needs(new Permission[0]);
  }

  public Declaration takes(Parameter<?>... all) {
    parameters = List.of(all);
    return this;
  }

  /** It refuses by itself what begins with {@code prefix}, in whatever letters, and would not be read. */
  public Declaration checks(String prefix) {
    ownGrammar = Optional.of(prefix);
    return this;
  }

  /** The fields of its data; called again, more of them. */
  public Declaration answers(Field... more) {
    answerStated = true;
    fields.addAll(List.of(more));
    return this;
  }

  /** The fields of its data: those of all these shapes. */
  @SafeVarargs
  public final Declaration answers(List<Field>... shapes) {
    for (var shape : shapes) {
      answers(shape.toArray(Field[]::new));
    }
    return this;
  }

  /** It says only that it was done: its data are left out or empty. */
  public Declaration answersNothing() {
    answerStated = true;
    return orNothing();
  }

  /** Its data are left out if nothing is found. */
  public Declaration orNothing() {
    mayAnswerNothing = true;
    return this;
  }

  /** Its metadata names the server that the call was about, as {@link Answer#about} does. */
  public Declaration aboutServer() {
    metadata.add(Answer.SERVER);
    return this;
  }

  /** Its metadata say more than WHM's of every function. */
  public Declaration says(Field more) {
    metadata.add(more);
    return this;
  }

  /**
   * It takes several servers at once, and then answers {@link #fieldsOfMany} instead of its own fields.
   *
   * @param most of one call
   */
  public Declaration forManyServers(int most) {
    mostServers = most;
    return aboutServer();
  }

  /** What its calls cost, where it is not what the rest of its declaration leads to. */
  public Declaration priced(PriceClass other) {
    priceClass = Optional.of(other);
    return this;
  }

  /** It is not a function of WHM's. */
  public Declaration extension() {
    extension = true;
    return this;
  }

  /**
   * Agents may call it through the MCP door. It shows no secret, and makes, widens and rotates no token, session or user; if
   * it changes something, the door asks for a dry run first.
   */
  public Declaration asTool() {
    tool = true;
    return this;
  }

  /** It exists in WHM API 0 too, whose body is {@code shape} of its data, without an envelope. */
  public Declaration alsoInApiZero(UnaryOperator<Data.Hash> shape) {
    apiZero = Optional.of(shape);
    return this;
  }

  public String name() {
    return name;
  }

  public int number() {
    return number;
  }

  public String sentence() {
    return sentence;
  }

  public Optional<Privilege> privilege() {
    return privilege;
  }

  public boolean isChanging() {
    return changes;
  }

  public boolean isClosing() {
    return closes;
  }

  public boolean mayChange() {
    return changes || runsOthers;
  }

  public Set<Permission> permissions() {
    return permissions.orElseGet(Set::of);
  }

  /** Those that it takes, and those of all functions that change something. */
  public List<Parameter<?>> parameters() {
    if (!changes) {
      return parameters;
    }
    var all = new ArrayList<Parameter<?>>(parameters);
    all.addAll(OF_CHANGES);
    return List.copyOf(all);
  }

  /** The fields of its data; empty if it answers nothing. */
  public List<Field> fields() {
    return List.copyOf(fields);
  }

  public PriceClass priceClass() {
    return priceClass.orElseGet(() -> PriceClass.of(this));
  }

  public boolean isForManyServers() {
    return mostServers > 0;
  }

  /** The fields of its data where it is asked of several servers. */
  public List<Field> fieldsOfMany() {
    return ManyServers.fields(fields(), mostServers);
  }

  /** The list of an answer that filter, columns, sort and chunk are of. */
  public Optional<String> listOf(Answer answer) {
    return isForManyServers()
            && answer.data().flatMap(data -> data.get(ManyServers.SERVERS)).isPresent()
        ? Optional.of(ManyServers.SERVERS)
        : TheList.of(fields);
  }

  public boolean mayAnswerNothing() {
    return mayAnswerNothing;
  }

  /** What its metadata have beyond those of every function. */
  public List<Field> metadata() {
    return List.copyOf(metadata);
  }

  public boolean isExtension() {
    return extension;
  }

  public boolean isTool() {
    return tool;
  }

  public Optional<UnaryOperator<Data.Hash>> apiZero() {
    return apiZero;
  }

  /** What is missing or wrong; empty for a complete declaration. */
  List<String> problems() {
    var problems = new ArrayList<String>();
    if (!name.matches("[a-z][a-z0-9_]*")) {
      problems.add("its name is not a valid name of a WHM function");
    }
    if (!sentence.endsWith(".")) {
      problems.add("it does not say in a sentence what it does");
    }
    if (number < 1 || number > MOST_NUMBER) {
      problems.add(
          "it has no number from 1 to " + MOST_NUMBER + ", by which its calls are counted");
    }
    if (!accessStated) {
      problems.add("it states neither a privilege nor that any caller may call it");
    }
    if (permissions.isEmpty()) {
      problems.add("it does not state which permissions it needs");
    }
    if (changes && permissions().stream().noneMatch(Permission::isChange)) {
      problems.add("it changes something but needs none of the permissions CHANGE_…");
    }
    if (tool) {
      permissions().stream()
          .filter(Permission::isNotForTools)
          .forEach(needed ->
              problems.add("it is a tool, and no tool may have the permission " + needed));
      if (fields.stream().anyMatch(Field::showsSecret)) {
        problems.add("it is a tool, and no tool may show a secret");
      }
    }
    for (var parameter : parameters()) {
      if (!parameter.sentence().endsWith(".")) {
        problems.add("its parameter " + parameter.name() + " has no sentence");
      }
    }
    if (!answerStated) {
      problems.add("it does not state what it answers");
    }
    FieldProblems.add(fields, "", problems);
    if (changes) {
      FieldProblems.addBoundless(fields, "", problems);
    }
    return problems.stream().map(problem -> name + ": " + problem).toList();
  }

  /**
   * @param changing whether this call changes something, which a batch does where one of its commands does
   * @throws WhmFailure naming an argument that looks like a parameter but would not be read as one
   */
  public void refuseNearMisses(Arguments arguments, boolean changing) {
    if (changes || changing) {
      NearMisses.refuse(parameters(), ownGrammar, arguments);
    }
    OF_CHANGES.stream()
        .filter(parameter -> !changes && !arguments.values(parameter.name()).isEmpty())
        .findFirst()
        .ifPresent(given -> {
          throw given.refused(
              name + " changes nothing by itself; leave it out, or give it to what does.");
        });
  }
}
