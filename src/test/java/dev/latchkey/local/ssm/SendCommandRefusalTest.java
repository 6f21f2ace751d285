package dev.latchkey.local.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.text.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ssm.model.AddTagsToResourceRequest;
import software.amazon.awssdk.services.ssm.model.DuplicateInstanceIdException;
import software.amazon.awssdk.services.ssm.model.InvalidDocumentException;
import software.amazon.awssdk.services.ssm.model.InvalidDocumentVersionException;
import software.amazon.awssdk.services.ssm.model.InvalidParametersException;
import software.amazon.awssdk.services.ssm.model.InvalidResourceIdException;
import software.amazon.awssdk.services.ssm.model.InvalidResourceTypeException;
import software.amazon.awssdk.services.ssm.model.MaxDocumentSizeExceededException;
import software.amazon.awssdk.services.ssm.model.RemoveTagsFromResourceRequest;
import software.amazon.awssdk.services.ssm.model.ResourceTypeForTagging;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;
import software.amazon.awssdk.services.ssm.model.SsmException;
import software.amazon.awssdk.services.ssm.model.Tag;

/** What is refused is refused with the service's own error, and nothing runs. */
class SendCommandRefusalTest {
  @TempDir
  Path folder;

  private SsmBench bench;

  @BeforeEach
  void start() {
    bench = new SsmBench(folder);
  }

  @AfterEach
  void nothingRan() {
    assertThat(bench.ssm.accepted(SsmBench.ECHO)).isEmpty();
    bench.close();
  }

  @Test
  void foreignDocuments() {
    refused(request -> request.documentName("AWS-RunShellScript"), InvalidDocumentException.class);
  }

  @Test
  void otherVersions() {
    refused(request -> request.documentVersion("2"), InvalidDocumentVersionException.class);
  }

  @Test
  void anotherContentThanTheHashSays() {
    refused(request -> request.documentHash("0".repeat(64)), InvalidDocumentException.class);
  }

  @Test
  void anotherKindOfHash() throws IOException {
    var hash = Sha256.hex(SsmBench.document(60, "printf %s \"$SSM_value\"", "# {{ value }}"));

    refused(
        request -> request.documentHash(hash).documentHashType("Sha1"),
        InvalidDocumentException.class);
  }

  @Test
  void unknownNodes() {
    denied(request -> request.instanceIds(bench.server.id(), "mi-0123456789abcdef0"));
  }

  @Test
  void nodesThatAreNoMore() {
    bench.ssm.deregister(bench.server.id());

    denied(request -> {});
  }

  /** Of another stack, or of none: as the role's condition has it. */
  @Test
  void nodesWithoutTheTagOfTheStack() {
    var node = bench.server.id();
    bench.client.removeTagsFromResource(tag(node)).join();
    denied(request -> {});
    bench.client.addTagsToResource(tag(node, "another")).join();
    denied(request -> {});
    bench.client.addTagsToResource(tag(node, SsmBench.STACK)).join();

    refused(request -> request.documentName("None"), InvalidDocumentException.class);
  }

  /** By their own names, and on no other resource. */
  @Test
  void tagsThatTheServiceDoesNotTake() {
    var node = bench.server.id();

    assertThatThrownBy(() -> SsmBench.unwrap(() ->
            bench.client.addTagsToResource(tag("mi-0123456789abcdef0", "bench")).join()))
        .isInstanceOf(InvalidResourceIdException.class);
    assertThatThrownBy(() -> SsmBench.unwrap(() -> bench
            .client
            .addTagsToResource(add -> add.resourceType(ResourceTypeForTagging.PARAMETER)
                .resourceId(node)
                .tags(new Tag[0]))
            .join()))
        .isInstanceOf(InvalidResourceTypeException.class);
    assertThatThrownBy(() -> SsmBench.unwrap(
            () -> bench.client.addTagsToResource(tag(node, "a<b")).join()))
        .isInstanceOf(SsmException.class)
        .hasMessageContaining("must have valid keys and values");
  }

  @Test
  void aNodeNamedTwice() {
    refused(
        request -> request.instanceIds(bench.server.id(), bench.server.id()),
        DuplicateInstanceIdException.class);
  }

  @Test
  void noNode() {
    refused(request -> request.instanceIds(List.of()), SsmException.class);
  }

  @Test
  void undeclaredParameters() {
    refused(
        request -> request.parameters(Map.of("commands", List.of("id"))),
        InvalidParametersException.class);
  }

  @Test
  void twoValuesForOne() {
    refused(
        request -> request.parameters(Map.of("value", List.of("a", "b"))),
        InvalidParametersException.class);
  }

  @Test
  void longerValuesThanDeclared() {
    refused(
        request -> request.parameters(Map.of("value", List.of("a".repeat(60_001)))),
        InvalidParametersException.class);
  }

  @Test
  void documentAndParametersAbove64KiB() {
    refused(
        request -> request.parameters(Map.of("value", List.of("€".repeat(22_000)))),
        MaxDocumentSizeExceededException.class);
  }

  @Test
  void deliveryTimeoutsOutOfRange() {
    refused(request -> request.timeoutSeconds(29), SsmException.class);
  }

  @Test
  void foreignKeys() {
    try (var stranger = bench.client("AKIAOTHER")) {
      assertThatThrownBy(() -> SsmBench.unwrap(() -> stranger
              .sendCommand(
                  request -> request.documentName(SsmBench.ECHO).instanceIds(bench.server.id()))
              .join()))
          .isInstanceOfSatisfying(SsmException.class, refusal -> {
            assertThat(refusal.awsErrorDetails().errorCode())
                .isEqualTo("UnrecognizedClientException");
            assertThat(refusal.statusCode()).isEqualTo(400);
          });
    }
  }

  @Test
  void theOperationsThatAreNotHere() {
    assertThatThrownBy(() -> SsmBench.unwrap(() -> bench.client.listDocuments().join()))
        .isInstanceOfSatisfying(
            SsmException.class,
            refusal -> assertThat(refusal.awsErrorDetails().errorCode())
                .isEqualTo("UnknownOperationException"));
  }

  private static Consumer<AddTagsToResourceRequest.Builder> tag(String node, String stack) {
    return add -> add.resourceType(ResourceTypeForTagging.MANAGED_INSTANCE)
        .resourceId(node)
        .tags(Tag.builder().key("Latchkey").value(stack).build());
  }

  private static Consumer<RemoveTagsFromResourceRequest.Builder> tag(String node) {
    return remove -> remove
        .resourceType(ResourceTypeForTagging.MANAGED_INSTANCE)
        .resourceId(node)
        .tagKeys("Latchkey");
  }

  private void denied(Consumer<SendCommandRequest.Builder> change) {
    assertThatThrownBy(() -> bench.send(request ->
            change.accept(request.documentName(SsmBench.ECHO).instanceIds(bench.server.id()))))
        .isInstanceOfSatisfying(SsmException.class, refusal -> {
          assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException");
          assertThat(refusal.getMessage())
              .contains("is not authorized to perform: ssm:SendCommand on resource: arn:aws:ssm:");
        });
  }

  private void refused(
      Consumer<SendCommandRequest.Builder> change, Class<? extends SsmException> with) {
    assertThatThrownBy(() -> bench.send(request ->
            change.accept(request.documentName(SsmBench.ECHO).instanceIds(bench.server.id()))))
        .isInstanceOf(with);
  }
}
