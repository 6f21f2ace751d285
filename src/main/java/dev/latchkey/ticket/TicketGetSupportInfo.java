package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.READ_SERVERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ObservationReader;
import dev.latchkey.server.Server;
import dev.latchkey.server.ServerChoice;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.StatedHost;
import dev.latchkey.server.SupportedHosts;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.net.URI;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * WHM API 1, ticket_get_support_info: what a server is, as it stated last, and who gives support, by your vendor profile.
 * What nobody has said is empty, and never made up.
 */
@Singleton
@Path(TicketGetSupportInfo.NAME)
public final class TicketGetSupportInfo extends WhmFunction {
  static final String NAME = "ticket_get_support_info";

  private static final int UNKNOWN = -1;
  private static final String SUPPORTED =
      ": 1 if Latchkey's agent is made for it, 0 if not, -1 if the server has not stated it.";

  private final ServerChoice choice;
  private final TicketTable tickets;

  @Inject
  TicketGetSupportInfo(ServerChoice choice, TicketTable tickets) {
    super(Declaration.of(NAME, "Shows what a server is, and who gives support.")
        .numbered(43)
        .asTool()
        .requires(Privilege.SUPPORT_ACCESS)
        .needs(READ_SERVERS)
        .takes(ServerParameters.SERVER)
        .answers(
            Field.text(
                "arch",
                "The server's architecture, such as x86_64, as it stated last; empty if it has not."),
            Field.number("arch_supported", "Its architecture" + SUPPORTED),
            Field.text("company_name", "Who gives support; empty if that is not set."),
            Field.number("company_id", "The company's number; null if that is not set.")
                .orNull(),
            Field.text(
                "distro",
                "The server's distribution and version, such as debian 12, as it stated last; empty if it has not."),
            Field.number("distro_supported", "Its distribution" + SUPPORTED),
            Field.flag(
                "gets_direct_support",
                "1 if you have a vendor profile: its vendor logs in, and no partner stands between; 0 if you have none."),
            Field.flag("has_company_info", "1 if your vendor profile says who gives support."),
            Field.flag(
                "has_compatibility_info",
                "1 if the server has stated its architecture and its distribution."),
            Field.text(
                "hostname", "The server's own host name, as it stated last; empty if it has not."),
            Field.text(
                "ip",
                "The address that the server calls the internet from, by its own routes, so a private one behind a gateway; empty if it has not stated any."),
            Field.text("logo_url", "Where the company's logo is; empty if that is not set."),
            Field.text(
                "pub_support_contact", "Where its support is found; empty if that is not set."),
            Field.text(
                "pub_tech_contact",
                "Where technicians find it; pub_support_contact if that is not set."),
            Field.text(
                "tech_contact_email",
                "The e-mail address of its technicians; empty if that is not set."))
        .aboutServer());
    this.choice = choice;
    this.tickets = tickets;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return Uni.combine()
        .all()
        .unis(choice.choose(call), tickets.findProfile(call.caller().user().name()))
        .with((state, profile) ->
            Answer.of(data(state.server(), profile)).about(state.server().name().value()));
  }

  private static Data.Hash data(Server server, Optional<VendorProfile> profile) {
    var host = server
        .seen()
        .flatMap(seen -> ObservationReader.read(seen.statement()))
        .map(Observation::host)
        .orElse(StatedHost.UNKNOWN);
    var company = profile.map(VendorProfile::company).orElse(Company.NONE);
    return Data.hash()
        .with("arch", host.arch().orElse(""))
        .with("arch_supported", supported(host.arch(), SupportedHosts::supportsArchitecture))
        .with("company_name", company.name().orElse(""))
        .with("company_id", Data.orNull(company.id().map(Data::number)))
        .with("distro", host.distro().orElse(""))
        .with("distro_supported", supported(host.distro(), SupportedHosts::supportsDistribution))
        .with("gets_direct_support", Data.flag(profile.isPresent()))
        .with("has_company_info", Data.flag(!company.isEmpty()))
        .with(
            "has_compatibility_info",
            Data.flag(host.arch().isPresent() && host.distro().isPresent()))
        .with("hostname", host.name().orElse(""))
        .with("ip", host.ip().orElse(""))
        .with("logo_url", url(company.logo()))
        .with("pub_support_contact", url(company.contact()))
        .with("pub_tech_contact", url(company.technicians()))
        .with("tech_contact_email", company.email().orElse(""));
  }

  private static int supported(Optional<String> stated, Predicate<String> is) {
    return stated.map(text -> is.test(text) ? 1 : 0).orElse(UNKNOWN);
  }

  private static String url(Optional<URI> of) {
    return of.map(URI::toString).orElse("");
  }
}
