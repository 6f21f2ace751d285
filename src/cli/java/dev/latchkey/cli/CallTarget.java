package dev.latchkey.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Whom a call goes to, and as whom: a profile that is named by an option, else the environment, else a profile. What a profile
 * says is about its own address, and counts nowhere else.
 *
 * @param server the one that is meant where nothing else says so
 */
record CallTarget(ServerPlace place, Login login, Optional<Path> ca, Optional<String> server) {

  static CallTarget of(CliOptions options, Workplace place) {
    var asked = options.profile();
    var file = ProfileFile.of(place);
    var name = asked.or(() -> place.variable("LATCHKEY_PROFILE")).or(file::byDefault);
    var chosen = name.map(file::profile).orElse(Map.of());
    var environment = new Environment(place, asked.isPresent());
    var named = environment.get("LATCHKEY_URL");
    var profile = named.isPresent() ? Map.<String, String>of() : chosen;
    var url = named
        .map(written -> ServerPlace.of(written, "LATCHKEY_URL"))
        .or(() -> Optional.ofNullable(profile.get("url"))
            .map(written -> ServerPlace.of(written, "url of the profile " + name.orElse(""))))
        .orElseThrow(
            () -> CliProblem.usage(
                "No address is known: set LATCHKEY_URL, or make a profile by latchkey profile add NAME url=… token_file=…"));
    var tokenFile = environment.get("LATCHKEY_TOKEN_FILE");
    if (tokenFile.isEmpty() && named.isPresent() && chosen.containsKey("token_file")) {
      throw CliProblem.usage(
          "LATCHKEY_URL says where to call, and the token would be that of the profile "
              + name.orElse("")
              + ", which may belong to another place; set LATCHKEY_TOKEN_FILE too, or leave LATCHKEY_URL out.");
    }
    var path = tokenFile
        .or(() -> Optional.ofNullable(profile.get("token_file")))
        .orElseThrow(
            () -> CliProblem.usage(
                "No token is known: LATCHKEY_TOKEN_FILE names a file that holds USER:TOKEN, and so does token_file of a profile."));
    var user = environment.get("LATCHKEY_USER").or(() -> Optional.ofNullable(profile.get("user")));
    return new CallTarget(
        url,
        login(Path.of(path), user),
        environment
            .get("LATCHKEY_CA")
            .or(() -> Optional.ofNullable(profile.get("ca")))
            .map(Path::of),
        environment.get("LATCHKEY_SERVER").or(() -> Optional.ofNullable(profile.get("server"))));
  }

  /** An option that names a profile stands above the environment. */
  private record Environment(Workplace place, boolean isOverruled) {
    Optional<String> get(String variable) {
      return isOverruled ? Optional.empty() : place.variable(variable);
    }
  }

  private static Login login(Path file, Optional<String> user) {
    var text = PrivateFile.read("the token file", file).strip();
    var colon = text.indexOf(':');
    var inFile = colon < 0 ? user : Optional.of(text.substring(0, colon));
    if (inFile.isEmpty() || !text.matches("[!-~]+")) {
      throw CliProblem.usage("The token file " + file + " does not hold USER:TOKEN on one line.");
    }
    if (user.isPresent() && !user.equals(inFile)) {
      throw CliProblem.usage("The token in " + file + " is of " + inFile.get() + ", not of "
          + Visible.line(user.get()) + ".");
    }
    var token = text.substring(colon + 1);
    if (token.isEmpty() || inFile.get().isEmpty()) {
      throw CliProblem.usage("The token file " + file + " does not hold USER:TOKEN on one line.");
    }
    return new Login(inFile.get(), token);
  }
}
