package dev.latchkey.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;

/** A server that answers what a test has written down, character by character, and keeps what it was asked. */
final class ScriptedServer implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: ([0-9]+)");

  private final ServerSocket server;
  private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  /** What it does with the connection. */
  interface Answer {
    void to(OutputStream out) throws IOException;
  }

  ScriptedServer() {
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var thread = new Thread(this::serve, "scripted server");
    thread.setDaemon(true);
    thread.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  int port() {
    return server.getLocalPort();
  }

  /** The next answers, in their order; the last one is given again and again. */
  ScriptedServer says(Answer answer) {
    answers.add(answer);
    return this;
  }

  ScriptedServer says(int status, String body, String... fields) {
    var head = new StringBuilder(
        "HTTP/1.1 " + status + " S\r\nX-Request-Id: id-" + (answers.size() + 1) + "\r\n");
    for (var field : fields) {
      head.append(field).append("\r\n");
    }
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
    return says(out -> {
      out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      out.write(bytes);
    });
  }

  /** A good answer with this data. */
  ScriptedServer done(String data) {
    return says(
        200,
        "{\"metadata\":{\"version\":1,\"command\":\"c\",\"reason\":\"OK\",\"result\":1},\"data\":"
            + data + "}");
  }

  ScriptedServer refused(String reason) {
    return says(
        200,
        "{\"metadata\":{\"version\":1,\"command\":\"c\",\"reason\":\"" + reason
            + "\",\"result\":0}}");
  }

  /** Heads and bodies, as they came. */
  List<String> requests() {
    return requests;
  }

  private void serve() {
    while (!server.isClosed()) {
      try (var socket = server.accept()) {
        requests.add(read(socket));
        var answer = answers.size() > 1 ? answers.poll() : answers.peek();
        answer.to(socket.getOutputStream());
        socket.getOutputStream().flush();
      } catch (IOException e) {
        // The client has gone, or the test is over.
      }
    }
  }

  private static String read(Socket socket) throws IOException {
    var in = socket.getInputStream();
    var head = head(in);
    var length = LENGTH.matcher(head);
    var body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
    return head + new String(body, StandardCharsets.UTF_8);
  }

  private static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      var next = in.read();
      if (next < 0) {
        break;
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
