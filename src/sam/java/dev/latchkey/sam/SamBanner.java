package dev.latchkey.sam;

import dev.latchkey.local.AwsVariables;
import dev.latchkey.local.LocalFleet;
import java.nio.file.Path;

/** What is said when the stack is ready: where it is, who may call, and lines to paste. */
record SamBanner(Path folder, int port, String runtime, Template template) {
  String text() {
    String call =
        "  curl -H @<(echo \"Authorization: whm root:$(cat %s)\") -d api.version=1%s http://%s:%d/json-api/%s%n";
    var token = folder.resolve(FirstToken.NAME);
    return """

        Latchkey's template is served: http://%s:%d
        functions:    %d, each a process from its first call on (%s)
        data folder:  %s
        root's token: in %s
        servers:      %s in %s
        aws:          reaches these functions after “. %s”

        Try it:
        """.formatted(
                Gateway.HOST,
                port,
                template.functions().size(),
                runtime,
                folder,
                token,
                String.join(", ", LocalFleet.NAMES),
                folder.resolve("servers"),
                folder.resolve(AwsVariables.NAME))
        + call.formatted(token, "", Gateway.HOST, port, "version")
        + call.formatted(token, "", Gateway.HOST, port, "api_token_list")
        + call.formatted(
            token,
            " -d \"$(cat " + folder.resolve(SamSamples.TICKET) + ")\" -d server_num=1",
            Gateway.HOST,
            port,
            "ticket_grant");
  }
}
