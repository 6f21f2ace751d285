package dev.latchkey.store;

import dev.latchkey.settings.Settings;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Talks to DynamoDB once while a Lambda starts, so that the first call finds credentials and an open connection: Lambda
 * gives a whole processor to the start, and a call only the share of one that its memory has. One read a start, of the
 * table's version.
 */
@Singleton
final class Priming {
  private static final Logger LOG = Logger.getLogger(Priming.class);

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Schema schema;
  private final Settings settings;

  @Inject
  Priming(Schema schema, Settings settings) {
    this.schema = schema;
    this.settings = settings;
  }

  /** What fails here fails the first call again, which can say so to somebody. */
  void prime(@Observes StartupEvent start) {
    if (settings.functions().filter(List.of("console")::equals).isPresent()) {
      return; // It has no table.
    }
    schema
        .check(false)
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .onFailure()
        .invoke(failure -> LOG.debug("DynamoDB did not answer while this started", failure))
        .onFailure()
        .recoverWithNull()
        .await()
        .indefinitely();
  }
}
