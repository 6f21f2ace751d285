package dev.latchkey.stream;

import dev.latchkey.aws.AwsService;
import dev.latchkey.store.RequestCount;
import dev.latchkey.text.Sha256;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/**
 * A bucket of Amazon S3, by PutObject of its API Reference alone: no more is allowed to the reconciler. A bucket with Object
 * Lock takes an object only with a checksum.
 */
final class BucketStream implements AuditStream {
  private static final int OK = 200;

  /** By {@code If-None-Match}: there is an object of this name. */
  private static final int IS_THERE = 412;

  /** Of an answer that is told: no secret is in it. */
  private static final int MOST_TOLD = 300;

  private static final AwsService S3 = new AwsService("s3", Duration.ofSeconds(20));

  private final URI bucket;

  /** @param bucket the address that names come after */
  BucketStream(URI bucket) {
    this.bucket = bucket;
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public Uni<Void> write(String name, byte[] lines) {
    var headers = Map.of(
        "Content-Type",
        "application/x-ndjson",
        "If-None-Match",
        "*",
        "x-amz-sdk-checksum-algorithm",
        "SHA256",
        "x-amz-checksum-sha256",
        Base64.getEncoder().encodeToString(Sha256.of(lines)));
    var at = URI.create(bucket + name);
    return RequestCount.send(() -> S3.send("PUT", at, headers, lines))
        .invoke(answer -> judge(name, answer))
        .replaceWithVoid();
  }

  private static void judge(String name, HttpResponse<String> answer) {
    if (answer.statusCode() != OK && answer.statusCode() != IS_THERE) {
      var told = answer.body();
      throw new IllegalStateException("S3 answers " + answer.statusCode() + " to PutObject of "
          + name + ": " + told.substring(0, Math.min(MOST_TOLD, told.length())));
    }
  }
}
