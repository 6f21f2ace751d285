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
import dev.latchkey.server.AskedServers;
import dev.latchkey.server.ServerParameters;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/** WHM API 1, flush_cphulk_login_history_for_ips: has cPHulk forget failed logins, which ends the blocks that they led to. */
@Singleton
@Path(FlushCphulkLoginHistoryForIps.NAME)
public final class FlushCphulkLoginHistoryForIps extends WhmFunction {
  static final String NAME = "flush_cphulk_login_history_for_ips";

  private final HulkVerbs verbs;

  @Inject
  FlushCphulkLoginHistoryForIps(HulkVerbs verbs) {
    super(Declaration.of(NAME, "Unblocks addresses: cPHulk forgets their failed logins.")
        .numbered(51)
        .requires(Privilege.ALL)
        .changes()
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(
            HulkCall.IPS, ServerParameters.SERVERS, ServerParameters.CURSOR, ServerParameters.WAIT)
        .answers(
            Field.number("records_removed", "How many entries of failed logins were deleted."),
            Field.number(
                "iptable_bans_removed",
                "How many rules of the firewall that blocked addresses were deleted."),
            HulkCall.REMARKS)
        .forManyServers(AskedServers.MOST));
    this.verbs = verbs;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var ips = HulkCall.ips(HulkCall.IPS, call);
    return verbs.answer(
        call,
        "flush_hulk",
        Data.hash().with("ips", HulkCall.texts(ips)),
        "ordered that cPHulk forget the failed logins of " + HulkCall.named(ips),
        done -> Answer.of(Data.hash()
            .with("records_removed", done.counted(done.stated().records()))
            .with("iptable_bans_removed", done.counted(done.stated().bans()))
            .with(HulkCall.REMARKS.name(), done.remarks())));
  }
}
