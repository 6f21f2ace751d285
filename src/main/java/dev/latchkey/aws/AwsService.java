package dev.latchkey.aws;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * A service of which one request is wanted: signed by the SDK and sent by the JDK. The SDK's own client of it would add all
 * of its operations to every function's package.
 */
public final class AwsService {
  private static final Set<String> SET_BY_THE_CLIENT = Set.of("host", "content-length");
  private static final Duration CONNECTING = Duration.ofSeconds(5);

  private final String name;
  private final Duration patience;

  /**
   * @param name under which its requests are signed
   * @param patience how long an answer may take
   */
  public AwsService(String name, Duration patience) {
    this.name = name;
    this.patience = patience;
  }

  /** That of the process. */
  public static String region() {
    return DefaultAwsRegionProviderChain.builder().build().getRegion().id();
  }

  /** @param at with each character of its path encoded once, where it must be */
  public CompletionStage<HttpResponse<String>> send(
      String method, URI at, Map<String, String> headers, byte[] body) {
    var plain = SdkHttpRequest.builder().method(SdkHttpMethod.fromValue(method)).uri(at);
    headers.forEach(plain::putHeader);
    var signed = AwsV4HttpSigner.create()
        .sign(
            sign -> sign.identity(DefaultCredentialsProvider.builder().build().resolveCredentials())
                .request(plain.build())
                .payload(() -> new ByteArrayInputStream(body))
                .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, name)
                .putProperty(AwsV4HttpSigner.REGION_NAME, region())
                .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false))
        .request();
    var request = HttpRequest.newBuilder(at)
        .timeout(patience)
        .method(method, BodyPublishers.ofByteArray(body));
    signed.headers().forEach((header, values) -> {
      if (!SET_BY_THE_CLIENT.contains(header.toLowerCase(Locale.ROOT))) {
        values.forEach(value -> request.header(header, value));
      }
    });
    return client().sendAsync(request.build(), BodyHandlers.ofString());
  }

  /** Made for each request, of which there are few: where nobody listens, there is none. */
  private static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECTING)
        .build();
  }
}
