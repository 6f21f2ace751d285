package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** DynamoDB Local checks no signature, so nobody else may reach it; its own runner would listen on every interface. */
class DynamoDbLocalTest {
  private static final int PATIENCE_MS = 2_000;

  @Test
  void answersOnLoopbackAndRefusesEveryOtherAddressOfTheMachine() throws IOException {
    try (var database = DynamoDbLocal.inMemory()) {
      var port = database.endpoint().getPort();
      connect(InetAddress.getByName("127.0.0.1"), port);
      var others = NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress())
          .toList();
      // Another address of the loopback network stands for a machine that has no other interface.
      assertThatThrownBy(() -> connect(InetAddress.getByName("127.0.0.2"), port))
          .isInstanceOf(ConnectException.class);
      assertThat(others)
          .allSatisfy(address -> assertThatThrownBy(() -> connect(address, port))
              .isInstanceOf(ConnectException.class));
    }
  }

  private static void connect(InetAddress address, int port) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), PATIENCE_MS);
    }
  }
}
