package dev.latchkey.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * WHM API 1's answer, of whatever result.
 *
 * @param tree empty of an answer in XML, which is shown as it came
 */
record RemoteAnswer(boolean done, String reason, Optional<Node.Members> tree, Reply reply) {
  private static final Pattern METADATA =
      Pattern.compile("<metadata>(.{0,65536}?)</metadata>", Pattern.DOTALL);
  private static final Pattern DENIAL = Pattern.compile(
      "\\A\\s*(?:\\{\\s*\"cpanelresult\"\\s*:|(?:<\\?xml[^>]{0,99}\\?>\\s*)?<cpanelresult>)");
  private static final Pattern RESULT = Pattern.compile("<result>([01])</result>");
  private static final Pattern REASON = Pattern.compile("<reason>([^<]*)</reason>");

  /** Empty for what is not an answer of WHM API 1. */
  static Optional<RemoteAnswer> ofJson(Reply reply) {
    return NodeReader.read(reply.body())
        .filter(Node.Members.class::isInstance)
        .map(Node.Members.class::cast)
        .flatMap(tree -> tree.members("metadata")
            .filter(metadata -> isResult(metadata.text("result")))
            .map(metadata -> new RemoteAnswer(
                metadata.text("result").equals(Optional.of("1")),
                metadata.text("reason").orElse(""),
                Optional.of(tree),
                reply)));
  }

  /** Whether it is what the API answers to every credential that it does not accept: in cPanel's shape, without metadata. */
  static boolean isDenial(Reply reply) {
    return DENIAL.matcher(new String(reply.body(), StandardCharsets.UTF_8)).find();
  }

  private static boolean isResult(Optional<String> written) {
    return written.filter(List.of("0", "1")::contains).isPresent();
  }

  static Optional<RemoteAnswer> ofXml(Reply reply) {
    var metadata = METADATA.matcher(new String(reply.body(), StandardCharsets.UTF_8));
    if (!metadata.find()) {
      return Optional.empty();
    }
    var result = RESULT.matcher(metadata.group(1));
    var reason = REASON.matcher(metadata.group(1));
    return result.find()
        ? Optional.of(new RemoteAnswer(
            result.group(1).equals("1"),
            reason.find() ? unescaped(reason.group(1)) : "",
            Optional.empty(),
            reply))
        : Optional.empty();
  }

  private static String unescaped(String xml) {
    return xml.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&");
  }

  Optional<Node.Members> data() {
    return tree.flatMap(all -> all.members("data"));
  }

  /** What the owner of the token should know, beside the answer. */
  List<String> warnings() {
    return tree.flatMap(all -> all.members("metadata"))
        .map(metadata -> FunctionList.items(metadata, "warnings").stream()
            .flatMap(warning -> warning.scalar().stream())
            .toList())
        .orElse(List.of());
  }
}
