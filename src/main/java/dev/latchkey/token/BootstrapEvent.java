package dev.latchkey.token;

import dev.latchkey.access.TokenValue;
import dev.latchkey.store.Schema;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.security.SecureRandom;

/**
 * An operator's way to a token of root, by {@code lambda:InvokeFunction} alone: it answers only in a process that is
 * configured to be the bootstrap, to which the API has no route. Each call makes one more token, with an audit entry.
 */
@Singleton
@Path("internal/bootstrap")
public class BootstrapEvent {
  private final Schema schema;
  private final RootBootstrap bootstrap;
  private final SecureRandom random;

  @Inject
  BootstrapEvent(Schema schema, RootBootstrap bootstrap, SecureRandom random) {
    this.schema = schema;
    this.bootstrap = bootstrap;
    this.random = random;
  }

  /** @return the token, this once */
  @POST
  @Produces(MediaType.TEXT_PLAIN)
  public Uni<String> makeToken() {
    var value = TokenValue.generate(random);
    return schema
        .check(false)
        .chain(() -> bootstrap.addRootToken(value))
        .map(name -> value.reveal() + "\n");
  }
}
