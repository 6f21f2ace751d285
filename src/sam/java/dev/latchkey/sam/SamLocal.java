package dev.latchkey.sam;

import dev.latchkey.local.AwsVariables;
import dev.latchkey.local.DataFolder;
import dev.latchkey.local.LocalProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** A template's stack on this machine, from the first part that is there to the last that goes. */
final class SamLocal implements AutoCloseable {
  private final SamSettings settings;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private boolean closed;

  SamLocal(SamSettings settings) {
    this.settings = settings;
  }

  /** @return what to say when it is ready */
  SamBanner start() throws IOException {
    var gateway = add(Gateway.bind(settings.port()));
    var data = add(DataFolder.take(settings.local().data()));
    var artifact = Artifact.unpack(settings.sam().zip(), data.file("function"));
    var temporary = TemporaryFolder.emptied(data.file("tmp").toAbsolutePath());
    var template = template(settings.sam().template(), artifact.runtime());
    var services = add(Services.start(data, template));
    Pools pools = add(new Pools(
        template.functions(), new Surroundings(artifact, services.environment(), temporary)));
    gateway.serve(template.routes(), pools::invoke);
    var invoke = add(InvokeApi.start(services.key(), template.aliases(), pools::invoke));
    AwsVariables.write(
        data, Stack.REGION, services.key(), services.endpoints("LAMBDA", invoke.endpoint()));
    var token = FirstToken.in(data);
    new SamSamples(data, gateway.port()).makeIfAbsent(token.readOrMake(pools::invoke));
    add(Clockwork.start(template.schedules(), pools::invoke));
    services.tell(add(new EventBus(template.eventRules(), pools::invoke))::publish);
    return new SamBanner(data.path(), gateway.port(), artifact.runtime(), template);
  }

  /** @param runtime the package's, which decides on memory and handler */
  static Template template(Path file, String runtime) {
    return Template.read(
        file, Map.of("HostName", "localhost", "Runtime", runtime, "Console", "yes"));
  }

  private synchronized <T extends AutoCloseable> T add(T part) {
    if (closed) {
      quietly(part);
      throw new LocalProblem("it was stopped while it started");
    }
    parts.push(part);
    return part;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!parts.isEmpty()) {
      quietly(parts.pop());
    }
  }

  private static void quietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      // The others must be closed too.
    }
  }
}
