package dev.latchkey.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.local.ssm.LocalNode;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class CrippledServerTest extends WhmTest {
  @Inject
  Fleet fleet;

  /** A folder server whose commands run behind {@code words}, in a mount namespace of their own. */
  private record Crippled(FolderServer server, String words) implements LocalNode {
    @Override
    public String id() {
      return server.id();
    }

    @Override
    public List<String> runner() {
      return List.of("unshare", "-m", "sh", "-c", words + "; exec \"$@\"", "crippled");
    }

    @Override
    public Map<String, String> environment() {
      return server.environment();
    }
  }

  private SupportCase crippled(String words) {
    assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "skipped: only root may mount something over files");
    var support = fleet.supportCase();
    support.client().data("fleet_server_check", "api.wait", "20");
    LocalSystemsManager.running().deregister(support.server().id());
    LocalSystemsManager.register(new Crippled(
        support.server(), words.replace("ROOT", support.server().folder().toString())));
    return support;
  }

  @Test
  void withoutPythonItSaysSoAndNothingIsGranted() {
    var support = crippled("for p in /usr/bin/python3 /usr/local/bin/python3; do "
        + "[ -e $p ] && mount --bind /dev/null $p; done");

    assertThat(WhmClient.reasonOfFailure(support.grant()))
        .contains("has no python3", "install Python 3.6 or later", "nothing was granted");
    assertThat(support.letsVendorIn()).isFalse();
  }

  @Test
  void aPythonThatCannotUnpackTheAgentIsNamedAndNothingIsInstalled() {
    var support = crippled("rm -r ROOT/usr/local/lib/latchkey; "
        + "for f in /usr/lib/python3*/lib-dynload/_lzma.*; do mount --bind /dev/null $f; done");

    assertThat(WhmClient.reasonOfFailure(support.grant()))
        .contains("cannot unpack the agent", "module lzma is missing", "nothing was granted");
    assertThat(support.server().folder().resolve("usr/local/lib/latchkey")).doesNotExist();
    assertThat(support.letsVendorIn()).isFalse();
  }

  @Test
  void aReadOnlyHomeIsNamedAndTheFileIsAsItWas() {
    var support = crippled("mount --bind ROOT/root ROOT/root; mount -o remount,ro,bind ROOT/root");
    var before = support.authorizedKeys();

    assertThat(WhmClient.reasonOfFailure(support.grant()))
        .contains("/root/.ssh", "Read-only file system");
    assertThat(support.authorizedKeys()).isEqualTo(before);
  }

  @Test
  void aFullDiskIsNamed() {
    var support = crippled("cp -a ROOT/root/.ssh/authorized_keys ROOT/keys; "
        + "mount -t tmpfs -o size=4k,mode=700 none ROOT/root/.ssh; "
        + "cp -a ROOT/keys ROOT/root/.ssh/authorized_keys");
    var before = support.authorizedKeys();

    assertThat(WhmClient.reasonOfFailure(support.grant()))
        .contains("authorized_keys", "No space left on device");
    assertThat(support.authorizedKeys()).isEqualTo(before);
  }
}
