package dev.latchkey.hulk;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.server.AskedServers;
import dev.latchkey.server.ServerParameters;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/** WHM API 1, create_cphulk_record: enters addresses on the white or the black list of servers. */
@Singleton
@Path(CreateCphulkRecord.NAME)
public final class CreateCphulkRecord extends WhmFunction {
  static final String NAME = "create_cphulk_record";

  private static final Parameter<String> COMMENT =
      Parameter.orEmpty("comment", "The comment of the entries; none by default.");

  private final HulkVerbs verbs;

  @Inject
  CreateCphulkRecord(HulkVerbs verbs) {
    super(Declaration.of(NAME, "Enters addresses on a list of cPHulk.")
        .numbered(49)
        .requires(Privilege.ALL)
        .changes()
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(
            HulkCall.LIST,
            HulkCall.NEW_IPS,
            COMMENT,
            HulkCall.SKIP,
            ServerParameters.SERVERS,
            ServerParameters.CURSOR,
            ServerParameters.WAIT)
        .answers(
            HulkCall.LIST_NAME,
            Field.texts("ips_added", "The addresses that the list has now.")
                .atMost(HulkAddress.MOST),
            HulkCall.FAILED,
            Field.text("comment", "The comment, as it was given."),
            Field.number(
                    "ip_blocks_removed",
                    "How many blocks of addresses ended; left out where the server does not say.")
                .optional(),
            HulkCall.BANS,
            HulkCall.REQUESTER,
            HulkCall.IS_WHITELISTED,
            HulkCall.RESTART,
            HulkCall.RESTART_WHY,
            HulkCall.REMARKS)
        .forManyServers(AskedServers.MOST));
    this.verbs = verbs;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var ips = HulkCall.ips(HulkCall.NEW_IPS, call);
    var comment = comment(call).text();
    return verbs.answer(
        call,
        "enter_hulk",
        HulkCall.list(call).with("ips", HulkCall.texts(ips)).with("comment", comment),
        "ordered that " + HulkCall.named(ips) + " be entered on cPHulk's "
            + HulkCall.LIST.from(call) + " list",
        done -> done.answer(
            ips,
            done.stated().added(),
            failed -> Data.hash()
                .with(HulkCall.LIST_NAME.name(), HulkCall.LIST.from(call).toString())
                .with("ips_added", HulkCall.among(ips, done.stated().added()))
                .with(failed)
                .with("comment", comment)
                .with("ip_blocks_removed", done.stated().blocks().map(Data::number))
                .with(HulkCall.BANS.name(), done.stated().bans().map(Data::number))
                .with(HulkCall.requester(call, done.stated()))
                .with(HulkCall.restart(done.stated()))
                .with(HulkCall.REMARKS.name(), done.remarks())));
  }

  private static HulkComment comment(Call call) {
    try {
      return HulkComment.parse(COMMENT.from(call));
    } catch (IllegalArgumentException e) {
      throw COMMENT.refused(e.getMessage());
    }
  }
}
