package dev.latchkey.server;

import dev.latchkey.server.Grant.End;
import dev.latchkey.server.Grant.Reason;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SourceRanges;
import dev.latchkey.ssh.SshUser;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import java.time.Instant;

/** How a grant lies in the table: {@code S#server / G#ticket#user}. */
final class GrantItem {
  static final String PREFIX = "G#";

  private GrantItem() {}

  static Key key(ServerName server, long ticket, SshUser user) {
    return new Key("S#" + server, PREFIX + ticket + "#" + user);
  }

  static Item write(ServerName server, Grant grant) {
    return Item.at(key(server, grant.ticket(), grant.user()))
        .with("ticket", grant.ticket())
        .with("server_num", grant.number())
        .with("ssh_user", grant.user().value())
        .with("account", grant.account().told().map(Item::text))
        .with("sudo", grant.account().toldSudo().map(Item::number))
        .with("public_key", grant.key().line())
        .with("ranges", String.join(" ", grant.from().cidrs()))
        .with("generation", grant.generation())
        .with("granted_at", Item.time(grant.grantedAt()))
        .with("expires_at", Item.time(grant.expiresAt()))
        .with("authorized_at", grant.authorizedAt().map(Item::time))
        .with("inventory", grant.inventory().map(Item::text))
        .with("ended_at", grant.end().map(end -> Item.time(end.at())))
        .with("held_at", grant.heldAt().map(Item::time))
        .with("closed_ticket", grant.closed().map(Item::text))
        .with("end_reason", grant.end().map(end -> Item.text(end.reason().name())))
        .with("given_by", grant.by().map(by -> Item.text(by.user())))
        .with("given_by_token", grant.by().map(by -> Item.text(by.token())))
        .with(
            "given_by_line",
            grant.by().filter(by -> !by.line().equals(by.token())).map(by -> Item.text(by.line())))
        .with("given_by_name", grant.by().map(by -> Item.text(by.name())));
  }

  static Grant read(Item item) {
    return new Grant(
        item.getNumber("ticket"),
        item.getNumber("server_num"),
        new SshUser(item.getText("ssh_user")),
        GrantAccount.of(
            item.find("account").isPresent(), item.findNumber("sudo").isPresent()),
        PublicKey.ofLine(item.getText("public_key")),
        SourceRanges.ofCidrs(item.getText("ranges")),
        Instant.ofEpochSecond(item.getNumber("granted_at")),
        Instant.ofEpochSecond(item.getNumber("expires_at")),
        item.findNumber("authorized_at").map(Instant::ofEpochSecond),
        item.findText("inventory"),
        item.findNumber("ended_at")
            .map(at ->
                new End(Reason.valueOf(item.getText("end_reason")), Instant.ofEpochSecond(at))),
        item.findNumber("held_at").map(Instant::ofEpochSecond),
        item.findText("closed_ticket"),
        item.getNumber("generation"),
        item.findText("given_by").map(user -> giver(item, user)));
  }

  /** Of a token that was the first of its line, as all were once, the line is not there. */
  private static Giver giver(Item item, String user) {
    var token = item.getText("given_by_token");
    var line = item.findText("given_by_line").orElse(token);
    return new Giver(user, token, line, item.getText("given_by_name"));
  }
}
