package dev.latchkey.local.ssm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderServerTest {
  @TempDir
  Path temp;

  private Path folder;
  private FolderServer server;

  @BeforeEach
  void make() throws IOException {
    folder = temp.resolve("web01");
    server = FolderServer.make(folder, "web01");
  }

  @Test
  void itsIdIsThatOfItsName() throws IOException {
    assertThat(server.id())
        .matches("mi-[0-9a-f]{17}")
        .isEqualTo(FolderServer.make(temp.resolve("moved"), "web01").id())
        .isNotEqualTo(FolderServer.make(temp.resolve("web02"), "web02").id());
  }

  @Test
  void itsScriptsAreToldTheFolder() {
    assertThat(server.environment()).containsOnly(Map.entry("LATCHKEY_ROOT", folder.toString()));
    assertThat(server.runner()).isEmpty();
  }

  @Test
  void itsAccountsAreWhoeverRunsIt() throws IOException {
    var ids = Files.getAttribute(folder, "unix:uid") + ":" + Files.getAttribute(folder, "unix:gid");

    assertThat(Files.readAllLines(folder.resolve("etc/passwd")))
        .containsExactly(
            "root:x:" + ids + ":root:/root:/bin/bash",
            "support:x:" + ids + ":Support:/home/support:/bin/bash");
  }

  @Test
  void itHasWhatTheAgentLooksAt() {
    assertThat(folder.resolve("etc/ssh/sshd_config")).isNotEmptyFile();
    assertThat(folder.resolve("etc/sudoers")).isNotEmptyFile();
    assertThat(folder.resolve("var/log")).isDirectory();
    assertThat(folder.resolve("home/support")).isDirectory();
  }

  @Test
  void itsAdminsKeyIsOneThatOpenSshReads() throws Exception {
    var keys = folder.resolve("root/.ssh/authorized_keys");
    var reading = new ProcessBuilder("ssh-keygen", "-lf", keys.toString())
        .redirectErrorStream(true)
        .start();
    var said = new String(reading.getInputStream().readAllBytes());

    assertThat(said).matches("256 SHA256:\\S{43} admin@web01 \\(ED25519\\)\\s*");
    assertThat(mode(keys)).isEqualTo("rw-------");
    assertThat(mode(keys.getParent())).isEqualTo("rwx------");
  }

  @Test
  void whatIsThereStaysAsItIs() throws IOException {
    var keys = folder.resolve("root/.ssh/authorized_keys");
    Files.writeString(keys, "mine\n");
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--r--"));

    FolderServer.make(folder, "web01");

    assertThat(keys).hasContent("mine");
    assertThat(mode(keys)).isEqualTo("rw-r--r--");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
