package dev.latchkey.hulk;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.PagedLooks;
import dev.latchkey.delivery.PagedLooks.Look;
import dev.latchkey.delivery.PagedLooks.Shown;
import dev.latchkey.server.AskedServers;
import dev.latchkey.server.ServerParameters;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.Optional;

/** WHM API 1, cphulk_status: whether cPHulk runs on servers. */
@Singleton
@Path(CphulkStatus.NAME)
public final class CphulkStatus extends WhmFunction {
  static final String NAME = "cphulk_status";

  private final PagedLooks looks;

  @Inject
  CphulkStatus(PagedLooks looks) {
    super(Declaration.of(NAME, "Tells whether cPHulk is enabled on a server.")
        .numbered(53)
        .requires(Privilege.ALL)
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(ServerParameters.SERVERS, ServerParameters.CURSOR, ServerParameters.WAIT)
        .answers(
            Field.flag("is_enabled", "1 if cPHulk is enabled, 0 if not."),
            Field.text("service", "The name of the service, “cPHulk”."))
        .forManyServers(AskedServers.MOST));
    this.looks = looks;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return looks.answer(call, new Look("hulk_status", Data.hash(), "states", Status::new));
  }

  private static final class Status implements Shown {
    private boolean enabled;

    @Override
    public Optional<String> add(Delivered page, Instant notAfter) {
      enabled = HulkVerbs.stated(page, notAfter)
          .enabled()
          .orElseThrow(() -> HulkVerbs.unstated(page.state().server().name()));
      return Optional.empty();
    }

    @Override
    public Answer answer() {
      return Answer.of(
          Data.hash().with("is_enabled", Data.flag(enabled)).with("service", "cPHulk"));
    }
  }
}
