package dev.latchkey.local;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** A file for a shell to read, after which AWS's command line reaches the services of this run, and no other. */
public final class AwsVariables {
  public static final String NAME = "aws.sh";

  private AwsVariables() {}

  /** @param endpoints by the service as the SDKs write it, such as {@code DYNAMODB} */
  public static void write(
      DataFolder data, String region, LocalKey key, Map<String, String> endpoints)
      throws IOException {
    var text = new StringBuilder(
            "# Of one run: read it with \". FILE\" in the shell that calls aws.\n")
        .append("unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL\n");
    var all = new TreeMap<>(Map.of(
        "AWS_ACCESS_KEY_ID",
        key.value(),
        "AWS_SECRET_ACCESS_KEY",
        key.value(),
        "AWS_REGION",
        region,
        "AWS_DEFAULT_REGION",
        region));
    endpoints.forEach((service, url) -> all.put("AWS_ENDPOINT_URL_" + service, url));
    all.forEach((name, value) ->
        text.append("export ").append(name).append("='").append(value).append("'\n"));
    PrivateFiles.write(data.file(NAME), text.toString());
  }
}
