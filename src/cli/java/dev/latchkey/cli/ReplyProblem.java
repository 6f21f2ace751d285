package dev.latchkey.cli;

import java.util.Optional;

/**
 * Why a reply is not what was asked for, in a sentence.
 *
 * @param answer WHM API 1's own, where the reply has one all the same
 */
record ReplyProblem(CallPlan plan, CallTarget target, Reply reply, Optional<RemoteAnswer> answer) {
  private static final int OK = 200;
  private static final int TOO_MANY = 429;
  private static final int FAULT = 500;

  CliProblem problem() {
    var server = target.place().authority();
    return switch (reply.status()) {
      case 401, 403 -> answered(ExitCode.CREDENTIAL, refusal(server));
      case TOO_MANY ->
        answered(
            ExitCode.FAULT, server + " takes no more calls at this moment" + ending() + pause());
      default -> {
        if (reply.status() >= FAULT) {
          yield doubtful(
              plan, answered(ExitCode.FAULT, server + " has a fault" + ending() + pause()));
        }
        yield switch (reply.status() / 100) {
          case OK / 100 -> doubtful(plan, answered(ExitCode.FAULT, server + foreign()));
          case 3 ->
            answered(
                ExitCode.FAULT,
                server + " points to another address" + status()
                    + ", and the token is not sent there; is the address right?");
          default -> answered(ExitCode.FAULT, server + " does not understand the call" + ending());
        };
      }
    };
  }

  private CliProblem answered(ExitCode exit, String sentence) {
    return CliProblem.answered(exit, sentence, reply.requestId());
  }

  /** A gateway that stands before the server knows nothing of the token. */
  private String refusal(String server) {
    var accepts = server + " does not accept the token of " + target.login().user();
    if (RemoteAnswer.isDenial(reply)) {
      return accepts + ": not valid, expired, or not from this address" + status() + ".";
    }
    return answer.isPresent()
        ? accepts + ending()
        : server + " refuses the call" + status()
            + ", but not as WHM API 1 does: what stands before it may have refused, or the address is wrong.";
  }

  private String foreign() {
    var encoding = reply.field("content-encoding").filter(one -> !one.equalsIgnoreCase("identity"));
    if (reply.body().length == 0) {
      return " answered nothing" + status() + "; is the address right?";
    }
    if (encoding.isPresent()) {
      return " answered in " + Visible.line(encoding.get())
          + ", which was not asked for; what stands before it must leave answers as they are.";
    }
    if (reply.field("content-type").filter(type -> type.startsWith("text/html")).isPresent()) {
      return " answered with a web page instead of WHM API 1; is the address right?";
    }
    return (plan.xml() ? Optional.<String>empty() : NodeReader.fault(reply.body()))
        .map(fault -> " answered with JSON that cannot be trusted: " + fault + ".")
        .orElse(" did not answer as WHM API 1; is the address right?");
  }

  private String status() {
    return " (HTTP " + reply.status() + ")";
  }

  /** With the reason that the server gives. */
  private String ending() {
    var reason = answer
        .map(RemoteAnswer::reason)
        .filter(text -> !text.isEmpty())
        .map(text -> ": " + Visible.line(text))
        .orElse("");
    return reason.endsWith(".")
        ? reason.substring(0, reason.length() - 1) + status() + "."
        : reason + status() + ".";
  }

  private String pause() {
    return reply
        .retryAfter()
        .map(pause -> " It asks to wait " + pause.toSeconds() + " s.")
        .orElse("");
  }

  static CliProblem unreadable(CallPlan plan, CallTarget target, ReplyReader.NotHttp why) {
    return doubtful(
        plan,
        CliProblem.answered(
            ExitCode.FAULT,
            "The answer of " + target.place().authority() + " cannot be read: " + why.getMessage()
                + ".",
            Optional.empty()));
  }

  /** Nobody shall take it for not done. */
  static CliProblem doubtful(CallPlan plan, CliProblem problem) {
    var doubt = "It is not known whether " + plan.function() + " was done; ";
    if (!plan.mayHaveChanged() || problem.getMessage().contains(doubt)) {
      return problem;
    }
    return problem.and(doubt
        + plan.idempotencyKey()
            .map(key -> "call it again with --idempotency-key=" + key + ", and it is done once.")
            .orElse("look before you call it again."));
  }
}
