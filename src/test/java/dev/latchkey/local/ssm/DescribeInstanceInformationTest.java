package dev.latchkey.local.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ssm.model.DescribeInstanceInformationRequest;
import software.amazon.awssdk.services.ssm.model.InstanceInformation;
import software.amazon.awssdk.services.ssm.model.InstanceInformationStringFilter;
import software.amazon.awssdk.services.ssm.model.InvalidFilterKeyException;

class DescribeInstanceInformationTest {
  @TempDir
  Path folder;

  private SsmBench bench;

  @BeforeEach
  void aNodeOfTheStackAndTwoOfNone() {
    bench = new SsmBench(folder);
    bench.ssm.register(node("i-0123456789abcdef0", false));
    bench.ssm.register(node("mi-00000000000000000", true));
  }

  @AfterEach
  void end() {
    bench.close();
  }

  @Test
  void eachNodeIsWhatItIs() {
    var all = found(request -> {});

    assertThat(all)
        .extracting(
            InstanceInformation::instanceId,
            InstanceInformation::resourceTypeAsString,
            InstanceInformation::computerName,
            InstanceInformation::agentVersion)
        .containsExactlyInAnyOrder(
            tuple(bench.server.id(), "ManagedInstance", "web01", "3.3.2746.0"),
            tuple("i-0123456789abcdef0", "EC2Instance", "i-0123456789abcdef0", "3.3.2746.0"),
            tuple("mi-00000000000000000", "ManagedInstance", "mi-00000000000000000", "3.3.2299.0"));
    assertThat(all).allSatisfy(node -> {
      assertThat(node.pingStatusAsString()).isEqualTo("Online");
      assertThat(node.platformTypeAsString()).isIn("Linux", "MacOS");
      assertThat(node.platformName()).isNotBlank();
      assertThat(node.platformVersion()).isNotBlank();
      assertThat(node.lastPingDateTime()).isNotNull();
    });
  }

  @Test
  @SuppressWarnings({"deprecation", "unchecked"})
  void filtersOfBothKinds() {
    assertThat(ids("InstanceIds", "i-0123456789abcdef0", "mi-none"))
        .containsExactly("i-0123456789abcdef0");
    assertThat(ids("ResourceType", "EC2Instance")).containsExactly("i-0123456789abcdef0");
    assertThat(ids("PingStatus", "ConnectionLost")).isEmpty();
    assertThat(ids("AgentVersion", "3.3.2299.0")).containsExactly("mi-00000000000000000");
    assertThat(ids("tag:Latchkey", SsmBench.STACK)).containsExactly(bench.server.id());
    assertThat(ids("tag:Latchkey", "another")).isEmpty();
    assertThat(ids("tag-key", "Latchkey")).containsExactly(bench.server.id());
    assertThat(found(request -> request.instanceInformationFilterList(
            filter -> filter.key("InstanceIds").valueSet("mi-00000000000000000"))))
        .singleElement()
        .extracting(InstanceInformation::instanceId)
        .isEqualTo("mi-00000000000000000");
    assertThatThrownBy(() -> ids("IamRole", "x")).isInstanceOf(InvalidFilterKeyException.class);
  }

  @Test
  void aPageAtATime() {
    for (int i = 0; i < 4; i++) {
      bench.ssm.register(node("mi-1000000000000000" + i, false));
    }

    var first = SsmBench.unwrap(() -> bench
        .client
        .describeInstanceInformation(request -> request.maxResults(5))
        .join());
    var second = found(request -> request.maxResults(5).nextToken(first.nextToken()));

    assertThat(first.instanceInformationList()).hasSize(5);
    assertThat(second).hasSize(2).doesNotContainAnyElementsOf(first.instanceInformationList());
  }

  private List<String> ids(String key, String... values) {
    return found(request -> request.filters(
            InstanceInformationStringFilter.builder().key(key).values(values).build()))
        .stream()
        .map(InstanceInformation::instanceId)
        .toList();
  }

  private List<InstanceInformation> found(
      Consumer<DescribeInstanceInformationRequest.Builder> request) {
    var answer =
        SsmBench.unwrap(() -> bench.client.describeInstanceInformation(request).join());
    assertThat(answer.nextToken()).isNull();
    return answer.instanceInformationList();
  }

  private static LocalNode node(String id, boolean old) {
    return new LocalNode() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public List<String> runner() {
        return List.of();
      }

      @Override
      public Map<String, String> environment() {
        return Map.of();
      }

      @Override
      public boolean oldAgent() {
        return old;
      }
    };
  }
}
