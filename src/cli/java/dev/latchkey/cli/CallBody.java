package dev.latchkey.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** What goes out: a form, or JSON where an argument is. Never a URL, which logs keep. */
record CallBody(String type, byte[] bytes) {

  static CallBody of(List<Written> arguments) {
    return arguments.stream().anyMatch(Written::json) ? json(arguments) : form(arguments);
  }

  private static CallBody form(List<Written> arguments) {
    var text = arguments.stream()
        .map(argument -> encoded(argument.name()) + "=" + encoded(argument.value()))
        .collect(Collectors.joining("&"));
    return new CallBody("application/x-www-form-urlencoded", text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** A name that is given several times is one list, as JSON has each name once. */
  private static CallBody json(List<Written> arguments) {
    var byName = new LinkedHashMap<String, List<Node>>();
    for (var argument : arguments) {
      byName.computeIfAbsent(argument.name(), name -> new ArrayList<>()).add(node(argument));
    }
    var members = new LinkedHashMap<String, Node>();
    byName.forEach((name, values) ->
        members.put(name, values.size() == 1 ? values.get(0) : new Node.Items(values)));
    return new CallBody(
        "application/json",
        JsonText.compact(new Node.Members(members)).getBytes(StandardCharsets.UTF_8));
  }

  private static Node node(Written argument) {
    return argument.json()
        ? NodeReader.read(argument.value().getBytes(StandardCharsets.UTF_8)).orElseThrow()
        : new Node.Text(argument.value());
  }
}
