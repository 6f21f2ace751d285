package dev.latchkey.ticket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.SupportCase;

/** A server that states of its firewall what a test says, with a ticket for it. */
record WhitelistCase(SupportCase support, RetoldServer server) {
  static WhitelistCase of(Fleet fleet) {
    var support = fleet.supportCase();
    return new WhitelistCase(support, RetoldServer.of(support.server()));
  }

  static WhitelistCase granted(Fleet fleet) {
    var whitelist = of(fleet);
    whitelist.support.grant();
    return whitelist;
  }

  /** @param chain such as {@code WHOLE}, with what else a door may have */
  void firewallIs(String chain) {
    firewallIs(chain, "");
  }

  /** @param more of the top of the statement, with ' for " and a comma in front */
  void firewallIs(String chain, String more) {
    server.say(
        "{'top':{'simulated':0,'at':1795280000,'sweep':{'by':'systemd','last_at':1795279990},'doors':{'chain':{'state':'"
            + chain
            + "'},'hosts_allow':{'state':'ABSENT'},'hulk':{'state':'ABSENT'}}" + more + "}}");
  }

  void firewallIsPartly(String problem) {
    firewallIs("PARTIAL','problem':'" + problem);
  }

  void cannotBeReached() {
    LocalSystemsManager.running().deregister(server.id());
  }

  void canBeReached() {
    LocalSystemsManager.register(server);
  }

  String name() {
    return server.server().name();
  }

  JsonNode call(String what) {
    return support.client().post("ticket_whitelist_" + what, "api.wait", "20");
  }

  JsonNode data(String what) {
    return support.client().data("ticket_whitelist_" + what, "api.wait", "20");
  }

  String failure(String what) {
    return support.client().failure("ticket_whitelist_" + what, "api.wait", "20");
  }

  JsonNode looked() {
    return support.client().data("fleet_server_check", "api.wait", "20");
  }

  String audit() {
    return support.client().data("audit_list").toString();
  }
}
