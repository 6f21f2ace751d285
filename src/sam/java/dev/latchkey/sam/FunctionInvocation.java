package dev.latchkey.sam;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** An event on its way through a process, and the answer to it. */
record FunctionInvocation(
    String id, byte[] event, Instant deadline, CompletableFuture<byte[]> answer) {

  FunctionInvocation(String id, byte[] event, Instant deadline) {
    this(id, event, deadline, new CompletableFuture<>());
  }
}
