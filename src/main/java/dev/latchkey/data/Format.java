package dev.latchkey.data;

import java.util.Optional;

/** The two forms of an answer; the path's first segment chooses one. */
public enum Format {
  JSON("json-api", "application/json; charset=\"utf-8\""),
  XML("xml-api", "text/xml; charset=\"utf-8\"");

  private final String segment;
  private final String mediaType;

  Format(String segment, String mediaType) {
    this.segment = segment;
    this.mediaType = mediaType;
  }

  public String segment() {
    return segment;
  }

  public String mediaType() {
    return mediaType;
  }

  /** @param root the name of XML's root element; JSON has none */
  public byte[] write(String root, Data.Hash tree) {
    return this == JSON ? Json.write(tree) : Xml.write(root, tree);
  }

  public static Optional<Format> ofSegment(String segment) {
    for (var format : values()) {
      if (format.segment.equals(segment)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
