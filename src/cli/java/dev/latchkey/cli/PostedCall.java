package dev.latchkey.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * One POST over a connection of its own. The JDK's clients would start more than a command needs, and would send some requests
 * again unasked.
 */
final class PostedCall {
  private static final int CONNECT_MILLISECONDS = 10_000;
  private static final int OK = 200;

  private final CallTarget target;
  private final Optional<WebProxy> proxy;
  private boolean sent;

  PostedCall(CallTarget target, Optional<WebProxy> proxy) {
    this.target = target;
    this.proxy = proxy;
  }

  /** Whether the server may have got the call, although there is no answer. */
  boolean wasSent() {
    return sent;
  }

  /**
   * @throws CliProblem in a sentence that names what stood in the way
   * @throws ReplyReader.NotHttp if what came is no answer, or too much
   */
  Reply answer(String path, Map<String, String> fields, byte[] body, Duration timeout)
      throws ReplyReader.NotHttp {
    try (var limit = new TimeLimit(timeout)) {
      try (var socket = open(limit)) {
        limit.guard(socket);
        sent = true;
        var out = socket.getOutputStream();
        out.write(head(path, fields, body.length));
        out.write(body);
        out.flush();
        return new ReplyReader(socket.getInputStream()).read();
      } catch (ReplyReader.NotHttp e) {
        throw e;
      } catch (IOException e) {
        throw CliProblem.noAnswer(limit.isOver() ? late(limit) : sentence(e, limit));
      }
    }
  }

  private byte[] head(String path, Map<String, String> fields, int length) {
    var head = new StringBuilder("POST ")
        .append(target.place().path(path))
        .append(" HTTP/1.1\r\nHost: ")
        .append(target.place().authority());
    fields.forEach(
        (name, value) -> head.append("\r\n").append(name).append(": ").append(value));
    return head.append("\r\nContent-Length: ")
        .append(length)
        .append("\r\nConnection: close\r\n\r\n")
        .toString()
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private Socket open(TimeLimit limit) throws IOException {
    var place = target.place();
    if (!place.isSecure()) {
      return connected(place.host(), place.port(), limit);
    }
    var sockets = TrustedCertificates.sockets(target.ca());
    var plain = proxy.isPresent()
        ? tunnel(proxy.get(), limit)
        : connected(place.host(), place.port(), limit);
    limit.guard(plain);
    try {
      var secure = (SSLSocket) sockets.createSocket(plain, place.host(), place.port(), true);
      var parameters = secure.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secure.setSSLParameters(parameters);
      secure.startHandshake();
      return secure;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  /** The first address that takes the connection. */
  private static Socket connected(String host, int port, TimeLimit limit) throws IOException {
    var failure = new IOException();
    for (var address : InetAddress.getAllByName(host)) {
      var socket = new Socket();
      try {
        limit.guard(socket);
        socket.setTcpNoDelay(true);
        socket.connect(
            new InetSocketAddress(address, port), limit.millisecondsLeft(CONNECT_MILLISECONDS));
        return socket;
      } catch (IOException e) {
        socket.close();
        failure = e;
      }
    }
    throw failure;
  }

  private Socket tunnel(WebProxy through, TimeLimit limit) throws IOException {
    Socket socket;
    try {
      socket = connected(through.host(), through.port(), limit);
    } catch (IOException e) {
      throw new ProxyFailure("The proxy " + through + " cannot be reached.");
    }
    limit.guard(socket);
    var name = hostAndPort();
    var request = "CONNECT " + name + " HTTP/1.1\r\nHost: " + name
        + through
            .authorization()
            .map(value -> "\r\nProxy-Authorization: " + value)
            .orElse("") + "\r\n\r\n";
    try {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      var status = new ReplyReader(unbuffered(socket)).readHead();
      if (status == OK) {
        return socket;
      }
      socket.close();
      throw new ProxyFailure("The proxy " + through + " does not let through to " + name
          + ": it answered HTTP " + status + ".");
    } catch (ReplyReader.NotHttp e) {
      socket.close();
      throw new ProxyFailure("The proxy " + through + " is not one: " + e.getMessage() + ".");
    }
  }

  private String hostAndPort() {
    var host = target.place().host();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + target.place().port();
  }

  /** What comes after the head belongs to TLS. */
  private static InputStream unbuffered(Socket socket) throws IOException {
    return socket.getInputStream();
  }

  private static final class ProxyFailure extends IOException {
    private static final long serialVersionUID = 1;

    ProxyFailure(String sentence) {
      super(sentence);
    }
  }

  private String late(TimeLimit limit) {
    return "No answer from " + server() + " within " + limit.length().toSeconds() + " s.";
  }

  private String server() {
    return target.place().authority();
  }

  private String sentence(IOException e, TimeLimit limit) {
    if (e instanceof ProxyFailure) {
      return e.getMessage();
    }
    if (e instanceof UnknownHostException) {
      return "The host " + target.place().host()
          + " is unknown; is the address right, and does this machine resolve names?";
    }
    if (e instanceof SocketTimeoutException) {
      return late(limit);
    }
    if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
      return "Cannot connect to " + server() + ": " + reason(e) + ".";
    }
    if (e instanceof SSLException) {
      return tls(e);
    }
    return server() + " gave no answer: " + reason(e) + ".";
  }

  private static String reason(IOException e) {
    var message = e.getMessage();
    return message == null ? "the connection ended" : Visible.line(message);
  }

  private String tls(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException
          || cause instanceof CertificateNotYetValidException) {
        return "The certificate of " + server()
            + " has expired or is not valid yet, by the clock of this machine.";
      }
      if (cause instanceof CertPathBuilderException) {
        return "The certificate of " + server()
            + " is not signed by anybody whom this machine trusts; LATCHKEY_CA or ca of a profile names the file of the authority that signed it.";
      }
    }
    return e.getCause() instanceof CertificateException
        ? "The certificate of " + server() + " is for another host: " + reason(e) + "."
        : "TLS with " + server() + " failed: " + reason(e) + ".";
  }
}
