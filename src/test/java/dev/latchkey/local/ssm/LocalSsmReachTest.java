package dev.latchkey.local.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** It runs scripts, so nobody but this machine's user may reach it. */
class LocalSsmReachTest {
  private static final int PATIENCE_MS = 2_000;

  @Test
  void answersOnLoopbackAndRefusesEveryOtherAddressOfTheMachine() throws IOException {
    try (var ssm = LocalSsm.start(Map.of(), "stack")) {
      var port = ssm.endpoint().getPort();
      connect(InetAddress.getByName("127.0.0.1"), port);
      var others = NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress())
          .toList();
      assertThatThrownBy(() -> connect(InetAddress.getByName("127.0.0.2"), port))
          .isInstanceOf(ConnectException.class);
      assertThat(others)
          .allSatisfy(address -> assertThatThrownBy(() -> connect(address, port))
              .isInstanceOf(ConnectException.class));
    }
  }

  @Test
  void everyRunHasAKeyOfItsOwn() throws IOException {
    try (var one = LocalSsm.start(Map.of(), "stack");
        var other = LocalSsm.start(Map.of(), "stack")) {
      assertThat(one.accessKey()).isNotEqualTo(other.accessKey());
      assertThat(one.clientSettings())
          .containsEntry("quarkus.ssm.endpoint-override", one.endpoint().toString())
          .containsEntry(
              "quarkus.ssm.aws.credentials.static-provider.access-key-id", one.accessKey());
    }
  }

  @Test
  void closedItFreesItsPort() throws IOException {
    var ssm = LocalSsm.start(Map.of(), "stack");
    ssm.close();

    assertThatThrownBy(
            () -> connect(InetAddress.getByName("127.0.0.1"), ssm.endpoint().getPort()))
        .isInstanceOf(IOException.class);
  }

  private static void connect(InetAddress address, int port) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), PATIENCE_MS);
    }
  }
}
