package dev.latchkey.local.ssm;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** One command on one node. */
final class CommandOnNode {
  private final Command command;
  private final LocalNode node;
  private final Faults.Chosen faults;
  private final Supplier<Script> scripts;
  private final AtomicInteger looks = new AtomicInteger();
  private volatile Runnable atEnd = () -> {};
  private Progress progress = Progress.START;
  private Script script;

  CommandOnNode(Command command, LocalNode node, Faults.Chosen faults, Supplier<Script> scripts) {
    this.command = command;
    this.node = node;
    this.faults = faults;
    this.scripts = scripts;
    this.script = scripts.get();
  }

  Command command() {
    return command;
  }

  LocalNode node() {
    return node;
  }

  Faults.Chosen faults() {
    return faults;
  }

  synchronized Progress progress() {
    return progress;
  }

  /** Somebody asks for it: whether it can be seen yet. */
  boolean isSeen() {
    var look = looks.incrementAndGet();
    if (look
        <= faults
            .of(PlannedFault.LooksThrottled.class)
            .map(PlannedFault.LooksThrottled::looks)
            .orElse(0)) {
      throw new SsmError("ThrottlingException", "Rate exceeded");
    }
    return look
        > faults
            .of(PlannedFault.Invisible.class)
            .map(PlannedFault.Invisible::looks)
            .orElse(0);
  }

  /** The node has it. */
  synchronized void begin() {
    if (progress.status() == Status.PENDING) {
      progress = progress.begun(Instant.now());
    }
  }

  /** Runs the script; the second time, too. */
  ScriptResult run() throws InterruptedException {
    return current().run();
  }

  /** For a second delivery, which a cancelled command gets as little as the first. */
  synchronized void renew() {
    script = scripts.get();
    if (progress.status() == Status.CANCELLING || progress.status() == Status.CANCELLED) {
      script.cancel();
    }
  }

  private synchronized Script current() {
    return script;
  }

  /** What to do when it has ended, once. */
  void whenEnded(Runnable action) {
    atEnd = action;
  }

  /** What ended stays as it ended. */
  void end(ScriptResult result) {
    if (isEndedBy(result)) {
      atEnd.run();
    }
  }

  private synchronized boolean isEndedBy(ScriptResult result) {
    if (progress.status().isTerminal()) {
      return false;
    }
    progress = progress.ended(result, Instant.now());
    return true;
  }

  void cancel() {
    if (!cancelling().cancel()) {
      end(ScriptResult.without(Status.CANCELLED));
    }
  }

  private synchronized Script cancelling() {
    if (!progress.status().isTerminal()) {
      progress = progress.with(Status.CANCELLING);
    }
    return script;
  }
}
