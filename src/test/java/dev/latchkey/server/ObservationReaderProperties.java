package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever stands in a server's statement, reading it gives a statement or nothing, and never breaks anything else. */
class ObservationReaderProperties {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final String WHOLE = """
      {"latchkey": 1, "outcome": "DONE", "request": "r", "node": "i-1", "epoch": 1, "generation": 3,
       "hash": "%1$s", "at": 5, "problem": "p", "agent": {"version": "1"}, "ssh": {"version": "9"},
       "simulated": 1, "audit_log": true, "sweep": {"by": "systemd", "last_at": 5, "problem": "p"},
       "grants": [{"ticket": 1, "user": "root", "state": "PRESENT", "would_admit": "no",
         "because": ["b"], "problem": "p", "file": "/f", "stands": 0, "inventory": "%1$s"}],
       "ended": [{"ticket": 2, "user": "root", "gone": "unknown", "copies": [{}], "problem": "p",
         "questions": ["q"], "questions_more": 3, "more": {"left": 2}, "inventory": "%1$s",
         "unattributed": [{"id": "00000000-1-1", "user": "u", "from": "f", "since": 1, "terminal": "t"}],
         "sessions_ended": [{"pid": 1, "from": "f", "since": 1}],
         "processes_ended": [{"pid": 1, "name": "n", "since": 1}],
         "left": [{"pid": 1, "name": "n", "user": "u", "unit": "x", "since": 1, "why": "w"}],
         "put_aside": ["/p"], "appeared": {"keys": ["k"], "users": [{"name": "n"}], "keys_more": 2,
           "unknown": "u", "more": {"sudoers": 1}}}],
       "doors": {"chain": {"state": "WHOLE", "by": "b", "problem": "p", "notes": ["n"]},
         "csf": {"state": "GONE"}},
       "unmanaged": [{"user": "u", "file": "/f", "fingerprint": "f", "what": "w"}],
       "faulty": [{"at": 1, "in": "grants", "problem": "p"}],
       "action": {"done": true, "problem": "p", "authorized": 1, "fingerprint": "f", "stands_in": "/f",
         "would_admit": "yes", "because": ["b"], "standing": [{"file": "/f", "line": 1, "options": "o"}],
         "keys": [{"file": "/f", "line": 1, "format": "f", "private": 0, "ctime": 1, "mtime": 1,
           "text": "t"}],
         "unread": [{"file": "/f", "why": "w"}], "more_unread": 1,
         "tests": [{"user": "u", "result": "r", "because": ["b"]}],
         "logins": [{"fingerprint": "f", "file": "/f", "line": 1, "options": "o", "from": ["a"],
           "expires_at": 1, "would_admit": "no", "because": ["b"]}], "more_logins": 1,
         "next": "n"}}""".formatted("0".repeat(64));

  /** What no agent of ours says; each is put in the place of each part of a statement. */
  private static final List<String> SURPRISES = List.of(
      "1000000000000000000",
      "-1",
      "-9223372036854775808",
      "9223372036854775807",
      "9223372036854775808",
      "1" + "0".repeat(2_000),
      "1.5",
      "1e400",
      "true",
      "null",
      "\"\"",
      "\"\\u0000\\ud800\"",
      "\"" + "x".repeat(10_000) + "\"",
      "\"" + "_ ".repeat(5_000) + "\"",
      "[]",
      "{}",
      "[[]]",
      "[null,1,\"\",{},[]]",
      "{\"\":{}}",
      "{\"more\":-9223372036854775808}",
      "[" + "1,".repeat(5_000) + "1]",
      "[" + "1,".repeat(1_000_000) + "1]",
      "[" + "{},".repeat(3_000) + "{}]",
      "[".repeat(5_000) + "]".repeat(5_000),
      "{\"a\":".repeat(1_000) + "1" + "}".repeat(1_000));

  @Property(tries = 1)
  void oneSurpriseAnywhereIsAStatementOrNothing() {
    assertThat(ObservationReader.read(WHOLE)).isPresent();
    var places = places(parse(), new ArrayList<>());
    assertThat(places).hasSizeGreaterThan(100);
    for (var place = 0; place < places.size(); place++) {
      for (var surprise : SURPRISES) {
        judge(with(new int[] {place}, new String[] {surprise}));
      }
    }
  }

  @Property(tries = 500)
  void severalSurprisesAtOnceAreAStatementOrNothing(@ForAll Random random) {
    var places = new int[1 + random.nextInt(6)];
    var texts = new String[places.length];
    for (var i = 0; i < places.length; i++) {
      places[i] = random.nextInt(100);
      texts[i] = SURPRISES.get(random.nextInt(SURPRISES.size()));
    }
    judge(with(places, texts));
  }

  private static void judge(String statement) {
    ObservationReader.read(statement).ifPresent(read -> {
      assertThat(read.generation()).isBetween(0L, Server.MOST);
      assertThat(read.epoch()).isBetween(0L, Server.MOST);
      assertThat(read.at().getEpochSecond()).isBetween(0L, 253_402_300_799L);
      read.sweepProblem();
      read.ended().forEach(end -> {
        assertThat(end.questions().size()).isNotNegative();
        assertThat(end.left().size()).isNotNegative();
      });
      read.action().ifPresent(action -> {
        assertThat(action.unread().size()).isNotNegative();
        assertThat(action.logins().size()).isNotNegative();
      });
      read.ended()
          .forEach(end ->
              assertThat(StatedEndReader.read(end.statement()).ticket()).isEqualTo(end.ticket()));
      assertThat(ObservationReader.read(read.statement())).isPresent();
    });
  }

  private record Place(JsonNode in, String name, int index) {
    void put(String mark) {
      if (in instanceof ObjectNode hash) {
        hash.put(name, mark);
      } else {
        ((ArrayNode) in).set(index, MAPPER.getNodeFactory().textNode(mark));
      }
    }
  }

  private static String with(int[] at, String[] surprises) {
    var tree = parse();
    var places = places(tree, new ArrayList<>());
    for (var i = 0; i < at.length; i++) {
      places.get(at[i]).put("SURPRISE" + i + ";");
    }
    var text = tree.toString();
    for (var i = 0; i < at.length; i++) {
      text = text.replace("\"SURPRISE" + i + ";\"", surprises[i]);
    }
    return text;
  }

  private static List<Place> places(JsonNode node, List<Place> all) {
    node.properties().forEach(field -> {
      all.add(new Place(node, field.getKey(), 0));
      places(field.getValue(), all);
    });
    for (var i = 0; node.isArray() && i < node.size(); i++) {
      all.add(new Place(node, "", i));
      places(node.get(i), all);
    }
    return all;
  }

  private static JsonNode parse() {
    try {
      return MAPPER.readTree(WHOLE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
