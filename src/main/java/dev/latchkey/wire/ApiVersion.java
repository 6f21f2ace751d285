package dev.latchkey.wire;

import dev.latchkey.api.Arguments;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import dev.latchkey.text.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The two forms of WHM's API that a call can ask for with {@code api.version}. */
enum ApiVersion {
  /**
   * Without an envelope: the function's data alone, or {@code error} ("WHM API 0 – Return Data"). Billing panels look at
   * {@code status} alone, and take its absence for success.
   */
  ZERO {
    @Override
    boolean serves(Declaration function) {
      return function.apiZero().isPresent();
    }

    @Override
    WhmFailure unknownApp(String name, Optional<Declaration> function) {
      return WhmFailure.verbatim("Unknown App Requested: " + name
          + (function.isPresent()
              ? " (it is a function of WHM API 1; call it with api.version=1)"
              : ""));
    }

    @Override
    String root(Envelope envelope) {
      return envelope.command();
    }

    @Override
    Data.Hash tree(Envelope envelope, Optional<Declaration> function) {
      return envelope.succeeded()
          ? function
              .flatMap(Declaration::apiZero)
              .orElseThrow()
              .apply(envelope.data().orElseGet(Data::hash))
          : Data.hash()
              .with("status", 0)
              .with("statusmsg", envelope.reason())
              .with("error", envelope.reason());
    }
  },
  ONE {
    @Override
    boolean serves(Declaration function) {
      return true;
    }

    @Override
    WhmFailure unknownApp(String name, Optional<Declaration> function) {
      return WhmFailure.unknownApp(name);
    }

    @Override
    String root(Envelope envelope) {
      return "result";
    }

    @Override
    Data.Hash tree(Envelope envelope, Optional<Declaration> function) {
      return envelope.tree();
    }
  },
  /** What cannot be read may have asked for either: the refusal is one in both. */
  UNREAD {
    @Override
    boolean serves(Declaration function) {
      return false;
    }

    @Override
    WhmFailure unknownApp(String name, Optional<Declaration> function) {
      return ONE.unknownApp(name, function);
    }

    @Override
    String root(Envelope envelope) {
      return ONE.root(envelope);
    }

    @Override
    Data.Hash tree(Envelope envelope, Optional<Declaration> function) {
      return envelope.tree().with(ZERO.tree(envelope, function));
    }
  };

  static final String PARAMETER = "api.version";

  private static final Pattern LATER = Pattern.compile("[1-9][0-9]{0,3}");

  abstract boolean serves(Declaration function);

  /** @param function the one of that name, where only another form of the API serves it */
  abstract WhmFailure unknownApp(String name, Optional<Declaration> function);

  /** The name of XML's root element. */
  abstract String root(Envelope envelope);

  abstract Data.Hash tree(Envelope envelope, Optional<Declaration> function);

  /**
   * A call that does not say asks for API 0 (WHM, "Introduction to WHM API 1", older editions). What is above 1 is served as
   * 1, the latest that there is: FOSSBilling asks for 2.
   */
  static ApiVersion of(Arguments arguments) {
    List<String> versions = arguments.values(PARAMETER);
    if (versions.size() > 1) {
      throw WhmFailure.parameter(
          PARAMETER, "is given " + versions.size() + " times; give it once.");
    }
    var version = versions.isEmpty() ? "0" : versions.get(0);
    if (version.equals("0")) {
      return ZERO;
    }
    if (!LATER.matcher(version).matches()) {
      throw WhmFailure.parameter(
          PARAMETER, "“" + Quoted.of(version) + "” is not served; use api.version=1.");
    }
    return ONE;
  }
}
