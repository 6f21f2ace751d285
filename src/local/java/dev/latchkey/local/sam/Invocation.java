package dev.latchkey.local.sam;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** An event on its way through a process, and the answer to it. */
record Invocation(String id, byte[] event, Instant deadline, CompletableFuture<byte[]> answer) {

  Invocation(String id, byte[] event, Instant deadline) {
    this(id, event, deadline, new CompletableFuture<>());
  }
}
