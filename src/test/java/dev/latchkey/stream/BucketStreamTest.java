package dev.latchkey.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.ProcessTree;
import dev.latchkey.testing.WhmClient;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A bucket as the template makes it, where moto judges signatures and what the reconciler's role may do. Skipped without moto. */
class BucketStreamTest {
  private static final byte[] LINES = "{\"what\":\"ü\"}\n".getBytes(StandardCharsets.UTF_8);

  /** Of the process: the SDK reads no other in the tests. */
  private static void be(String key, String secret) {
    System.setProperty("aws.accessKeyId", key);
    System.setProperty("aws.secretAccessKey", secret);
    System.setProperty("aws.region", "eu-central-1");
  }

  @AfterEach
  void nobody() {
    List.of("aws.accessKeyId", "aws.secretAccessKey", "aws.region").forEach(System::clearProperty);
  }

  /** It ends by {@link #versions}. */
  private static final class Bucket implements AutoCloseable {
    private static final int NOT_INSTALLED = 77;

    private final Process moto;
    private final BufferedReader said;
    private final URI address;

    Bucket() throws IOException, InterruptedException {
      moto = new ProcessBuilder("python3", "bucket.py")
          .directory(new File("src/test/lint"))
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
      said =
          new BufferedReader(new InputStreamReader(moto.getInputStream(), StandardCharsets.UTF_8));
      var port = said.readLine();
      assumeTrue(port != null || moto.waitFor() != NOT_INSTALLED, "moto is not installed");
      assertThat(port).as("the port of moto's bucket").isNotNull();
      address = URI.create("http://127.0.0.1:" + port + "/audit-bucket/");
      be(said.readLine(), said.readLine());
    }

    void write(String name) {
      new BucketStream(address).write(name, LINES).await().indefinitely();
    }

    List<JsonNode> versions() throws IOException {
      moto.getOutputStream().close();
      return StreamSupport.stream(WhmClient.parse(said.readLine()).spliterator(), false)
          .toList();
    }

    @Override
    public void close() {
      ProcessTree.end(moto);
    }
  }

  @Test
  void anObjectIsWrittenOnceAndLocked() throws IOException, InterruptedException {
    try (var bucket = new Bucket()) {
      bucket.write("audit/bob/1-2-ab.ndjson");
      bucket.write("audit/bob/1-2-ab.ndjson");
      bucket.write("audit/bob~example.com/1-2-ab.ndjson");

      assertThatThrownBy(() -> bucket.write("elsewhere/1-2-ab.ndjson"))
          .hasMessageContaining("S3 answers 403 to PutObject of elsewhere/1-2-ab.ndjson");
      System.setProperty("aws.secretAccessKey", "another");
      assertThatThrownBy(() -> bucket.write("audit/bob/3-3-ab.ndjson"))
          .hasMessageContaining("S3 answers 403")
          .hasMessageContaining("SignatureDoesNotMatch");

      assertThat(bucket.versions())
          .satisfiesExactly(
              bobs -> {
                assertThat(bobs.path("key").asText()).isEqualTo("audit/bob/1-2-ab.ndjson");
                assertThat(bobs.path("text").asText())
                    .isEqualTo(new String(LINES, StandardCharsets.UTF_8));
                assertThat(bobs.path("mode").asText()).isEqualTo("GOVERNANCE");
                assertThat(bobs.path("until").asText()).matches("20[0-9]{2}-.*");
                assertThat(bobs.path("checksum").asText()).hasSize(44);
              },
              another -> assertThat(another.path("key").asText())
                  .isEqualTo("audit/bob~example.com/1-2-ab.ndjson"));
    }
  }
}
