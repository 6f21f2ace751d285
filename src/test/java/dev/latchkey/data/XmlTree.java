package dev.latchkey.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** One element of an answer as a client reads it: its key, its text, whether it is marked as null, its children. */
record XmlTree(String key, String text, boolean isNull, List<XmlTree> children) {
  static XmlTree parse(byte[] xml) {
    try {
      var parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      parser.setErrorHandler(new DefaultHandler());
      return of(parser.parse(new ByteArrayInputStream(xml)).getDocumentElement());
    } catch (SAXException | IOException | ParserConfigurationException e) {
      throw new AssertionError("this is not XML: " + new String(xml, StandardCharsets.UTF_8), e);
    }
  }

  /** The text of an element as it is written, without what stands around it. */
  static String written(String key, Data value) {
    var all = new String(Xml.write("r", Data.hash().with(key, value)), StandardCharsets.UTF_8);
    return all.substring(all.indexOf("<r>") + "<r>".length(), all.lastIndexOf("</r>"));
  }

  /** What a client must find of {@code value} under {@code key}: an array is its elements, one after the other. */
  static List<XmlTree> expected(String key, Data value) {
    var shown = visible(key);
    if (value instanceof Data.Sequence sequence) {
      return sequence.items().stream()
          .flatMap(item -> expected(key, item).stream())
          .toList();
    } else if (value instanceof Data.Hash hash) {
      return List.of(new XmlTree(shown, "", false, children(hash.entries())));
    } else if (value instanceof Data.Text text) {
      return List.of(new XmlTree(shown, visible(text.value()), false, List.of()));
    } else if (value instanceof Data.Number number) {
      return List.of(new XmlTree(shown, Long.toString(number.value()), false, List.of()));
    }
    return List.of(new XmlTree(shown, "", true, List.of()));
  }

  private static List<XmlTree> children(Map<String, Data> entries) {
    return entries.entrySet().stream()
        .flatMap(entry -> expected(entry.getKey(), entry.getValue()).stream())
        .toList();
  }

  /** XML 1.0 has no place for control characters, lone surrogates and two noncharacters. */
  private static String visible(String text) {
    var shown = new StringBuilder();
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
        shown.append(c).append(text.charAt(++i));
      } else if (c < ' ' && c != '\t' && c != '\n' && c != '\r'
          || Character.isSurrogate(c)
          || c >= '\uFFFE') {
        shown.append('\uFFFD');
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }

  private static XmlTree of(Element element) {
    var children = new ArrayList<XmlTree>();
    var text = new StringBuilder();
    for (var node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child) {
        children.add(of(child));
      } else if (node.getNodeType() == Node.TEXT_NODE) {
        text.append(node.getNodeValue());
      }
    }
    var key = element.hasAttribute("name") ? element.getAttribute("name") : element.getTagName();
    return new XmlTree(
        key, text.toString(), element.getAttribute("null").equals("true"), List.copyOf(children));
  }
}
