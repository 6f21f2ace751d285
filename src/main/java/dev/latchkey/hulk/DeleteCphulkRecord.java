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

/** WHM API 1, delete_cphulk_record: takes addresses out of the white or the black list of servers. */
@Singleton
@Path(DeleteCphulkRecord.NAME)
public final class DeleteCphulkRecord extends WhmFunction {
  static final String NAME = "delete_cphulk_record";

  private final HulkVerbs verbs;

  @Inject
  DeleteCphulkRecord(HulkVerbs verbs) {
    super(Declaration.of(NAME, "Takes addresses out of a list of cPHulk.")
        .numbered(50)
        .requires(Privilege.ALL)
        .changes()
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(
            HulkCall.LIST,
            HulkCall.IPS,
            HulkCall.SKIP,
            ServerParameters.SERVERS,
            ServerParameters.CURSOR,
            ServerParameters.WAIT)
        .answers(
            HulkCall.LIST_NAME,
            Field.texts("ips_removed", "The addresses that the list had and has no longer.")
                .atMost(HulkAddress.MOST),
            HulkCall.FAILED,
            HulkCall.REQUESTER,
            HulkCall.IS_WHITELISTED,
            HulkCall.REMARKS)
        .forManyServers(AskedServers.MOST));
    this.verbs = verbs;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var ips = HulkCall.ips(HulkCall.IPS, call);
    return verbs.answer(
        call,
        "remove_hulk",
        HulkCall.list(call).with("ips", HulkCall.texts(ips)),
        "ordered that " + HulkCall.named(ips) + " be taken out of cPHulk's "
            + HulkCall.LIST.from(call) + " list",
        done -> done.answer(
            ips,
            done.stated().removed(),
            failed -> Data.hash()
                .with(HulkCall.LIST_NAME.name(), HulkCall.LIST.from(call).toString())
                .with("ips_removed", HulkCall.among(ips, done.stated().removed()))
                .with(failed)
                .with(HulkCall.requester(call, done.stated()))
                .with(HulkCall.REMARKS.name(), done.remarks())));
  }
}
