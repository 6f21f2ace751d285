package dev.latchkey.testing;

import io.restassured.RestAssured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Requests whose answers are left as they come: nothing is unpacked, and no redirect is followed. */
public final class PlainHttp {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private PlainHttp() {}

  public static HttpResponse<byte[]> get(String path, String... headers) {
    return send("GET", path, headers);
  }

  /** @param headers each followed by its value */
  public static HttpResponse<byte[]> send(String method, String path, String... headers) {
    var request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
        .method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
