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
import dev.latchkey.delivery.Remarks;
import dev.latchkey.server.AskedServers;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.StatedHulk;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** WHM API 1, read_cphulk_records: the white or the black list of servers. */
@Singleton
@Path(ReadCphulkRecords.NAME)
public final class ReadCphulkRecords extends WhmFunction {
  static final String NAME = "read_cphulk_records";

  private final PagedLooks looks;

  @Inject
  ReadCphulkRecords(PagedLooks looks) {
    super(Declaration.of(NAME, "Shows a list of cPHulk on a server.")
        .numbered(52)
        .requires(Privilege.ALL)
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(
            HulkCall.LIST,
            HulkCall.SKIP,
            ServerParameters.SERVERS,
            ServerParameters.CURSOR,
            ServerParameters.WAIT)
        .answers(
            HulkCall.LIST_NAME,
            Field.textsByName(
                "ips_in_list",
                "The comments of the entries, by address, network or range; “latchkey” is the comment of one that ends with a grant."),
            HulkCall.REQUESTER,
            HulkCall.IS_WHITELISTED,
            Field.text(
                    "warning_ip",
                    "That the white list does not have your address; left out if it has, or where the server does not say.")
                .optional(),
            HulkCall.RESTART,
            HulkCall.RESTART_WHY,
            HulkCall.REMARKS)
        .forManyServers(AskedServers.MOST));
    this.looks = looks;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return looks.answer(
        call, new Look("list_hulk", HulkCall.list(call), "entries", () -> new Listed(call)));
  }

  /** What the pages have shown so far. */
  private static final class Listed implements Shown {
    private final Call call;
    private final Map<String, Data> entries = new LinkedHashMap<>();
    private final Set<String> remarks = new LinkedHashSet<>();
    private Optional<StatedHulk> first = Optional.empty();

    Listed(Call call) {
      this.call = call;
    }

    @Override
    public Optional<String> add(Delivered page, Instant notAfter) {
      var stated = HulkVerbs.stated(page, notAfter);
      stated.entries().forEach((address, comment) -> entries.put(address, Data.text(comment)));
      if (stated.strange() > 0) {
        remarks.add("the list has " + stated.strange()
            + " entries that are not addresses, which are left out");
      }
      remarks.addAll(Remarks.of(page.state().server().name(), page.outcome().statement()));
      first = first.or(() -> Optional.of(stated));
      return stated.next();
    }

    @Override
    public Answer answer() {
      var stated = first.orElseThrow();
      return Answer.of(Data.hash()
          .with(HulkCall.LIST_NAME.name(), HulkCall.LIST.from(call).toString())
          .with("ips_in_list", new Data.Hash(entries))
          .with(HulkCall.requester(call, stated))
          .with(
              "warning_ip",
              HulkCall.requester(call)
                  .filter(address -> stated.whitelisted().equals(Optional.of(false)))
                  .map(address ->
                      Data.text("Your address " + address + " is not on the white list.")))
          .with(HulkCall.restart(stated))
          .with(
              HulkCall.REMARKS.name(),
              Optional.of(remarks)
                  .filter(all -> !all.isEmpty())
                  .map(all -> Remarks.data(all.stream()))));
    }
  }
}
