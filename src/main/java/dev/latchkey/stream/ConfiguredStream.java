package dev.latchkey.stream;

import dev.latchkey.aws.AwsService;
import dev.latchkey.settings.Settings;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;

/** Writes to what the settings name: a bucket, a folder, or nothing. */
@Singleton
class ConfiguredStream implements AuditStream {
  private final Settings.Stream settings;

  @Inject
  ConfiguredStream(Settings settings) {
    this.settings = settings.stream();
  }

  void start(@Observes StartupEvent event) {
    if (settings.bucket().isPresent() && settings.folder().isPresent()) {
      throw new IllegalStateException(
          "latchkey.stream.bucket and latchkey.stream.folder are both set; set one of them");
    }
  }

  @Override
  public boolean isOn() {
    return settings.bucket().isPresent() || settings.folder().isPresent();
  }

  @Override
  public Uni<Void> write(String name, byte[] lines) {
    return settings
        .folder()
        .<AuditStream>map(folder -> new FolderStream(Path.of(folder)))
        .orElseGet(() -> new BucketStream(address(settings.bucket().orElseThrow())))
        .write(name, lines);
  }

  private URI address(String bucket) {
    return settings
        .endpoint()
        .map(endpoint -> endpoint.resolve(bucket + "/"))
        .orElseGet(() ->
            URI.create("https://%s.s3.%s.amazonaws.com/".formatted(bucket, AwsService.region())));
  }
}
