package dev.latchkey.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** Goldens of {@code src/test/resources/golden} and how answers are compared with them: as trees. */
public final class Golden {
  static final String LEFT_OUT = "…";

  private Golden() {}

  public static String text(String file) {
    try (var in = Golden.class.getResourceAsStream("/golden/" + file)) {
      if (in == null) {
        throw new AssertionError("there is no golden " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static ObjectNode json(String file) {
    return (ObjectNode) WhmClient.parse(text(file));
  }

  /** That the answer in JSON is the golden. */
  public static void assertJson(String file, JsonNode answer) {
    var golden = json(file);
    assertThat(leavingOut(answer, golden)).as(file).isEqualTo(golden);
  }

  /** That the answer in XML is the golden, where {@code …} stands for what one element may hold. */
  public static void assertXml(String file, String answer) {
    assertThat(canonical(answer)).as(file).matches(like(canonical(text(file)), "[^<]+"));
  }

  /** What has {@code some} wherever the golden has {@code …}. */
  private static Pattern like(String golden, String some) {
    return Pattern.compile(Stream.of(golden.split(LEFT_OUT, -1))
        .map(Pattern::quote)
        .collect(Collectors.joining(some)));
  }

  /** The answer with {@code …} wherever the golden has it, so that the two can be compared. */
  public static JsonNode leavingOut(JsonNode answer, JsonNode golden) {
    if (golden.isTextual()
        && golden.asText().contains(LEFT_OUT)
        && (answer.isTextual() || answer.isNumber())
        && like(golden.asText(), "(?s:.+)").matcher(answer.asText()).matches()) {
      return golden;
    }
    var isLeftOutHash =
        golden.isObject() && golden.has(LEFT_OUT) && answer.isObject() && !answer.isEmpty();
    var isLeftOutArray = golden.isArray()
        && golden.path(0).asText().equals(LEFT_OUT)
        && answer.isArray()
        && !answer.isEmpty();
    if (isLeftOutHash || isLeftOutArray) {
      return golden;
    }
    if (answer instanceof ObjectNode hash) {
      var copy = hash.deepCopy();
      hash.fieldNames()
          .forEachRemaining(name -> copy.set(name, leavingOut(hash.get(name), golden.path(name))));
      return copy;
    }
    if (answer instanceof ArrayNode array) {
      var copy = array.arrayNode();
      for (var i = 0; i < array.size(); i++) {
        copy.add(leavingOut(array.get(i), golden.path(i)));
      }
      return copy;
    }
    return answer;
  }

  /** XML in a form in which neither white space nor the order of elements counts. */
  public static String canonical(String xml) {
    try {
      var document = DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(xml)));
      return canonical(document.getDocumentElement());
    } catch (Exception e) {
      throw new AssertionError("no XML: " + xml, e);
    }
  }

  private static String canonical(Element element) {
    List<String> children = new ArrayList<>();
    for (var child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child.getNodeType() == Node.ELEMENT_NODE) {
        children.add(canonical((Element) child));
      }
    }
    Collections.sort(children);
    var content = children.isEmpty() ? element.getTextContent().trim() : String.join("", children);
    return "<" + element.getTagName() + attribute(element, "name") + attribute(element, "null")
        + ">" + content + "</>\n";
  }

  private static String attribute(Element element, String name) {
    var value = element.getAttribute(name);
    return value.isEmpty() ? "" : " " + name + "=" + value;
  }
}
