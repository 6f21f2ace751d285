package dev.latchkey.cli;

import java.util.stream.Collectors;

/** {@code man latchkey}: the help, as man wants it. */
final class ManualPage {
  /** For who makes a package. */
  static final String VERB = "__manual";

  private ManualPage() {}

  static String of(Workplace place) {
    return ".TH LATCHKEY 1 \"\" \"latchkey " + CliVersion.TEXT + "\"\n"
        + ".SH NAME\n"
        + "latchkey, whmapi1 \\- call WHM API 1 of a fleet of servers\n"
        + ".SH DESCRIPTION\n"
        + "As whmapi1 it takes cPanel's own command lines and prints YAML; all else is the same.\n"
        + "latchkey help FUNCTION explains a function.\n"
        + ".PP\n.nf\n"
        + HelpText.general(place).lines().map(ManualPage::line).collect(Collectors.joining("\n"))
        + "\n.fi\n"
        + ".SH FILES\n"
        + "~/.config/latchkey/config: the profiles, each with url, token_file, user, ca and server.\n"
        + "The file of a token holds USER:TOKEN, and nobody else may read it.\n";
  }

  /** Nothing in it is a command of man's. */
  private static String line(String text) {
    var plain = text.replace("\\", "\\e").replace("-", "\\-");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }
}
