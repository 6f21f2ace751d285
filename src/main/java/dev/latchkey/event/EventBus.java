package dev.latchkey.event;

import dev.latchkey.data.Data;
import dev.latchkey.data.Format;
import dev.latchkey.data.Json;
import dev.latchkey.settings.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Amazon EventBridge, by the one request that is wanted of it (PutEvents in the EventBridge API Reference), signed by the
 * SDK: its own client would add some 80 operations to every function's package.
 */
@Singleton
public class EventBus {
  /** Of PutEvents. */
  public static final int MOST = 10;

  /** The bus of this name is the log. */
  private static final String LOG_BUS = "log";

  private static final Logger LOG = Logger.getLogger("dev.latchkey.events");
  private static final String SOURCE = "latchkey";
  private static final int OK = 200;
  private static final Set<String> SET_BY_THE_CLIENT = Set.of("host", "content-length");
  private static final int MOST_CHARACTERS = 100_000;
  private static final int MOST_NESTED = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final String bus;
  private final Supplier<URI> endpoint;
  private final Supplier<String> region;
  private final Supplier<AwsCredentialsIdentity> credentials;

  @Inject
  EventBus(Settings settings) {
    this(
        settings.events().orElse(""),
        () -> settings
            .eventsEndpoint()
            .orElseGet(() -> URI.create("https://events." + region() + ".amazonaws.com/")),
        EventBus::region,
        () -> DefaultCredentialsProvider.builder().build().resolveCredentials());
  }

  EventBus(
      String bus,
      Supplier<URI> endpoint,
      Supplier<String> region,
      Supplier<AwsCredentialsIdentity> credentials) {
    this.bus = bus;
    this.endpoint = endpoint;
    this.region = region;
    this.credentials = credentials;
  }

  private static String region() {
    return DefaultAwsRegionProviderChain.builder().build().getRegion().id();
  }

  /**
   * Tells them, {@value #MOST} at most.
   *
   * @return those that were not taken; a failure says nothing of any of them
   */
  public Uni<List<Event>> put(List<Event> events) {
    if (bus.equals(LOG_BUS)) {
      events.forEach(event -> LOG.infof("%s %s", event.type(), event.detail()));
      return Uni.createFrom().item(List.of());
    }
    return Uni.createFrom().deferred(() -> {
      var body = Format.JSON.write("", Data.hash().with("Entries", entries(events)));
      return Uni.createFrom()
          .completionStage(() -> client().sendAsync(request(body), BodyHandlers.ofString()))
          .map(answer -> refused(events, answer));
    });
  }

  /** Made for each request, of which there are few: where nobody listens, there is none. */
  private static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(PATIENCE)
        .build();
  }

  private HttpRequest request(byte[] body) {
    var at = endpoint.get();
    var plain = SdkHttpRequest.builder()
        .method(SdkHttpMethod.POST)
        .uri(at)
        .putHeader("Content-Type", "application/x-amz-json-1.1")
        .putHeader("X-Amz-Target", "AWSEvents.PutEvents")
        .build();
    var signed = AwsV4HttpSigner.create()
        .sign(sign -> sign.identity(credentials.get())
            .request(plain)
            .payload(() -> new ByteArrayInputStream(body))
            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "events")
            .putProperty(AwsV4HttpSigner.REGION_NAME, region.get()))
        .request();
    var request =
        HttpRequest.newBuilder(at).timeout(PATIENCE).POST(BodyPublishers.ofByteArray(body));
    signed.headers().forEach((name, values) -> {
      if (!SET_BY_THE_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
        values.forEach(value -> request.header(name, value));
      }
    });
    return request.build();
  }

  private Data.Sequence entries(List<Event> events) {
    return new Data.Sequence(events.stream()
        .<Data>map(event -> Data.hash()
            .with("Source", SOURCE)
            .with("DetailType", event.type())
            .with("Time", event.at().getEpochSecond())
            .with("Detail", event.detail())
            .with("EventBusName", bus))
        .toList());
  }

  /** The answer has an entry for each, in the same order; one with an id was taken. */
  private static List<Event> refused(List<Event> events, HttpResponse<String> answer) {
    if (answer.statusCode() != OK) {
      throw new IllegalStateException(
          "EventBridge answers " + answer.statusCode() + " to PutEvents");
    }
    var entries = Json.read(answer.body(), MOST_CHARACTERS, MOST_NESTED)
        .get("Entries")
        .filter(Data.Sequence.class::isInstance)
        .map(list -> ((Data.Sequence) list).items())
        .orElseGet(List::of);
    return IntStream.range(0, events.size())
        .filter(i -> i >= entries.size() || !isTaken(entries.get(i)))
        .mapToObj(events::get)
        .toList();
  }

  private static boolean isTaken(Data entry) {
    return entry instanceof Data.Hash hash
        && hash.get("EventId").isPresent()
        && hash.get("ErrorCode").isEmpty();
  }
}
