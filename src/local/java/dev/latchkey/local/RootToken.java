package dev.latchkey.local;

import dev.latchkey.access.TokenValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Root's token in a file of the data folder: the first, or one that was made when the file was gone. It is written before
 * the database knows it: were it the other way round, a crash in between would leave a root whom nobody can be.
 */
final class RootToken {
  static final String NAME = "root-token";

  private final Path file;

  RootToken(Path folder) {
    this.file = folder.resolve(NAME);
  }

  /** The token of the file, or a new one that is in the file by now. */
  TokenValue readOrWrite() {
    try {
      return Files.exists(file) ? parse() : write();
    } catch (IOException e) {
      throw new LocalProblem(
          "root's token cannot be kept in " + file + " (" + DataFolder.reason(e)
              + "); let this user read and write it, or name another folder with -Dlatchkey.local.data=FOLDER");
    }
  }

  boolean isMissing() {
    return Files.notExists(file);
  }

  /** The token of the file; empty when somebody took it away. */
  Optional<TokenValue> read() {
    try {
      return Files.exists(file) ? Optional.of(parse()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private TokenValue parse() throws IOException {
    return TokenValue.parse(Files.readString(file).strip())
        .orElseThrow(() -> new LocalProblem(
            file + " holds no token; put it back as it was, or remove it to have a new one made"));
  }

  private TokenValue write() throws IOException {
    var token = TokenValue.generate(new SecureRandom());
    PrivateFiles.write(file, token.reveal() + "\n");
    return token;
  }
}
