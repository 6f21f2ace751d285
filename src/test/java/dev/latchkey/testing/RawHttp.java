package dev.latchkey.testing;

import io.restassured.RestAssured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** Requests that no HTTP library would send, character by character (Latin-1). */
public final class RawHttp {
  private static final int PATIENCE_MS = 10_000;

  private RawHttp() {}

  /**
   * @param head the request line and headers, each with its CRLF; Host and Connection are added
   * @return everything that the server sends until it closes the connection
   */
  public static String send(String head, String body) {
    return keepAlive(head + "Connection: close\r\n", body);
  }

  /** The same without asking for an end: it returns only when the server ends the connection by itself. */
  public static String keepAlive(String head, String body) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
      socket.setSoTimeout(PATIENCE_MS);
      var request = head + "Host: localhost\r\n\r\n" + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the server does not end the connection", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
