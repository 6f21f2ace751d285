package dev.latchkey.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.delivery.HostDocuments.Document;
import dev.latchkey.server.NodeId;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ssm.SsmAsyncClient;
import software.amazon.awssdk.services.ssm.model.Command;
import software.amazon.awssdk.services.ssm.model.DocumentHashType;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;
import software.amazon.awssdk.services.ssm.model.SendCommandResponse;

/** What is asked of Systems Manager, by which it refuses a document that is not ours any more. */
class RunCommandTest {
  private static final String HASH = "a".repeat(64);

  private final AtomicReference<SendCommandRequest> sent = new AtomicReference<>();

  @Test
  void aDocumentIsPinnedByNameVersionAndHash() {
    new RunCommand(client())
        .send(
            new Document("Latchkey-Order", "7", HASH),
            new NodeId("i-0123456789abcdef0"),
            Map.of("payload", "e30="))
        .await()
        .indefinitely();

    assertThat(sent.get().documentName()).isEqualTo("Latchkey-Order");
    assertThat(sent.get().documentVersion()).isEqualTo("7");
    assertThat(sent.get().documentHash()).isEqualTo(HASH);
    assertThat(sent.get().documentHashType()).isEqualTo(DocumentHashType.SHA256);
    assertThat(sent.get().instanceIds()).containsExactly("i-0123456789abcdef0");
    assertThat(sent.get().targets()).isEmpty();
    assertThat(sent.get().parameters()).isEqualTo(Map.of("payload", List.of("e30=")));
  }

  private SsmAsyncClient client() {
    InvocationHandler handler = (proxy, method, arguments) -> {
      if (arguments[0] instanceof SendCommandRequest request) {
        sent.set(request);
        return CompletableFuture.completedFuture(SendCommandResponse.builder()
            .command(Command.builder().commandId("command").build())
            .build());
      }
      return InvocationHandler.invokeDefault(proxy, method, arguments);
    };
    return (SsmAsyncClient) Proxy.newProxyInstance(
        SsmAsyncClient.class.getClassLoader(), new Class<?>[] {SsmAsyncClient.class}, handler);
  }
}
