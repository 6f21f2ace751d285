package dev.latchkey.local;

import io.quarkus.runtime.LaunchMode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Asks before the start whether the ports are free, so that nothing is made or changed when one is not. */
final class FreePort {
  private FreePort() {}

  static void requireBoth(LocalSettings settings) {
    if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
      return; // Dev mode itself holds the ports while it starts the application anew.
    }
    if (settings.httpPort() == settings.httpsPort() && settings.httpPort() != 0) {
      throw new LocalProblem("HTTP and HTTPS cannot both have port " + settings.httpPort()
          + "; choose another one with -D" + LocalSettings.HTTPS_PORT + "=PORT");
    }
    var host = settings.host();
    listen(host, 0, "set -Dquarkus.http.host to an address of this machine");
    listen(host, settings.httpPort(), otherPort(LocalSettings.HTTP_PORT));
    listen(host, settings.httpsPort(), otherPort(LocalSettings.HTTPS_PORT));
  }

  private static String otherPort(String property) {
    return "stop the program that has the port, or choose another one with -D" + property + "=PORT";
  }

  private static void listen(String host, int port, String remedy) {
    try (var socket = new ServerSocket()) {
      // A port whose last connections are still fading away is free: the HTTP server sees it so,
      // too.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      var where = port == 0 ? host : host + ":" + port;
      throw new LocalProblem("cannot listen on " + where + " (" + e.getMessage() + "); " + remedy);
    }
  }
}
