package dev.latchkey.local.ssm;

import dev.latchkey.text.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** What the folder of a server begins with: enough of a machine for the agent, and no more. */
record FolderContent(Path folder, String name) {
  private static final int KEY_BYTES = 32;

  void fill() throws IOException {
    // Where root runs this, accounts that the agent makes are others' and must reach their homes.
    makeFolder("", "rwx--x--x");
    file("etc/hostname", "rw-r--r--", name + "\n");
    file("etc/passwd", "rw-r--r--", accounts());
    file("etc/ssh/sshd_config", "rw-r--r--", """
        Port 22
        PermitRootLogin prohibit-password
        PubkeyAuthentication yes
        AuthorizedKeysFile .ssh/authorized_keys
        """);
    file("etc/sudoers", "r--r-----", """
        root ALL=(ALL:ALL) ALL
        """);
    file("etc/hostname", "rw-r--r--", name + "\n");
    makeFolder("root", "rwx------");
    makeFolder("root/.ssh", "rwx------");
    file("root/.ssh/authorized_keys", "rw-------", adminKey());
    makeFolder("home", "rwxr-xr-x");
    makeFolder("home/support", "rwx------");
    makeFolder("var", "rwxr-xr-x");
    makeFolder("var/log", "rwxr-xr-x");
  }

  /** Of whoever runs this, as the agent edits an account's files as the account and cannot become another. */
  private String accounts() throws IOException {
    var ids = attribute("unix:uid") + ":" + attribute("unix:gid");
    return "root:x:" + ids + ":root:/root:/bin/bash\n" + "support:x:" + ids
        + ":Support:/home/support:/bin/bash\n";
  }

  private String attribute(String attribute) throws IOException {
    return Files.getFileStore(folder).supportsFileAttributeView("unix")
        ? Files.getAttribute(folder, attribute).toString()
        : "0";
  }

  /** Well formed, and of nobody: its point is made of the server's name, so no one has the private half. */
  private String adminKey() {
    byte[] point = Sha256.of(("admin@" + name).getBytes(StandardCharsets.UTF_8));
    byte[] blob = ByteBuffer.allocate(4 + 11 + 4 + KEY_BYTES)
        .putInt(11)
        .put("ssh-ed25519".getBytes(StandardCharsets.US_ASCII))
        .putInt(KEY_BYTES)
        .put(point)
        .array();
    return "ssh-ed25519 " + Base64.getEncoder().encodeToString(blob) + " admin@" + name + "\n";
  }

  private void file(String path, String mode, String content) throws IOException {
    var file = folder.resolve(path);
    if (Files.exists(file)) {
      return;
    }
    for (Path parent = Path.of(path).getParent(); parent != null; parent = parent.getParent()) {
      Files.createDirectories(folder.resolve(parent));
    }
    Files.writeString(file, content);
    permit(file, mode);
  }

  private void makeFolder(String path, String mode) throws IOException {
    var made = folder.resolve(path);
    if (!Files.isDirectory(made)) {
      Files.createDirectories(made);
      permit(made, mode);
    }
  }

  private static void permit(Path path, String mode) throws IOException {
    if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
  }
}
