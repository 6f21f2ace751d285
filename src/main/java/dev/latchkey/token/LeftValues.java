package dev.latchkey.token;

import dev.latchkey.access.Credential;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.data.Data;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Tells with an answer which old values still call: whoever revokes, rotates or narrows a token may believe that none does. */
@Singleton
class LeftValues {
  private final TokenTable tokens;

  @Inject
  LeftValues(TokenTable tokens) {
    this.tokens = tokens;
  }

  /**
   * @param lines as {@link OldValues#lines} has them; where there are none, nothing is read
   * @param which of their old values
   * @param fate what this call did with them, the end of a sentence
   */
  Uni<Answer> told(
      Answer answer, Call call, Set<String> lines, Predicate<Credential> which, String fate) {
    if (lines.isEmpty()) {
      return Uni.createFrom().item(answer);
    }
    return tokens
        .all(call.caller().user().name())
        .map(all ->
            OldValues.left(all.whole().stream().filter(which).toList(), lines, call.at(), fate))
        // It is done by now, and an answer that had to fail would deny it.
        .onFailure()
        .recoverWithItem(List.of(OldValues.UNKNOWN))
        .map(
            left -> left.isEmpty() ? answer : answer.with(OldValues.LEFT.name(), Data.texts(left)));
  }
}
