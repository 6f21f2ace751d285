package dev.latchkey.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.local.ssm.LocalNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A server with a real sshd and a firewall that lets nobody in, in namespaces of its own: the agent works there on
 * {@code /}. All that it can write to lies in memory, so that nothing of this machine changes.
 */
public final class NamespaceServer implements LocalNode, AutoCloseable {
  static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
  private static final List<String> TOOLS = List.of(
      "unshare",
      "nsenter",
      "setsid",
      "ip",
      "iptables",
      "ip6tables",
      "sshd",
      "ssh",
      "ssh-keygen",
      "bash",
      "pgrep",
      "python3");
  private static final List<String> NAMESPACES =
      List.of("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc");
  private static final Path INSTALL = Path.of("infra/ssm/Latchkey-Install.json");
  private static final Path PACKED = Path.of("infra/ssm/latchkey_agent.txt");
  private static final String AGENT = "/usr/local/lib/latchkey/latchkey_agent.pyz";

  /** One that lets nobody in but answers at once, so that a test need not wait for an answer that never comes. */
  private static final String MACHINE = """
      for folder in /run /root /home /var/lib /var/log /usr/local/lib; do
        mount -t tmpfs -o mode=755 tmpfs "$folder"
      done
      cp -a /etc /run/etc
      mount --bind /run/etc /etc
      # From here on a mistake cannot reach the machine's own files.
      mount -o remount,bind,ro /

      grep -E ':[^:]*/(nologin|false)$' /run/etc/passwd > /etc/passwd.new
      {
        echo 'root:x:0:0:root:/root:/bin/bash'
        echo 'owner:x:4711:4711:The owner:/home/owner:/bin/sh'
        cat /etc/passwd.new
      } > /etc/passwd
      cut -d : -f 1 /etc/passwd | sed 's/$/:*:19000:0:99999:7:::/' > /etc/shadow
      echo 'owner:x:4711:' >> /etc/group
      rm -rf /etc/passwd.new /etc/sudoers.d /etc/cron.d /etc/ssh /etc/pam.d
      mkdir /etc/sudoers.d /etc/cron.d /etc/ssh /etc/pam.d
      echo 'root ALL=(ALL:ALL) ALL' > /etc/sudoers
      chmod 700 /root
      install -d -m 700 /root/.ssh
      install -d -m 755 -o 4711 -g 4711 /home/owner
      install -d -m 700 -o 4711 -g 4711 /home/owner/.ssh

      # As distributions have it, a login is an audit session, by which its processes are known.
      cat > /etc/pam.d/sshd << 'END'
      account required pam_permit.so
      session optional pam_loginuid.so
      session required pam_permit.so
      END
      ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
      cat > /etc/ssh/sshd_config << 'END'
      HostKey /etc/ssh/ssh_host_ed25519_key
      PermitRootLogin prohibit-password
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      UsePAM yes
      END
      mkdir -p /run/sshd
      # A newer one would shut out a source that was refused before.
      if "$(command -v sshd)" -T | grep -qi '^persourcepenalties'; then
        echo 'PerSourcePenalties no' >> /etc/ssh/sshd_config
      fi

      ip link set lo up
      families=iptables
      [ ! -e /proc/net/if_inet6 ] || families='iptables ip6tables'
      for tables in $families; do
        "$tables" -P INPUT DROP
        "$tables" -A INPUT -i lo -j ACCEPT
        "$tables" -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
        [ "$tables" = iptables ] || "$tables" -A INPUT -p ipv6-icmp -j ACCEPT
        # "Refused" at once, where a test would have to wait for no answer.
        "$tables" -A INPUT -p tcp -j REJECT --reject-with tcp-reset
      done
      "$(command -v sshd)" -E /var/log/auth.log
      """;

  private final String id;
  private final NamespaceHolder holder;
  private final VendorPlace allowed;
  private final VendorPlace elsewhere;

  private NamespaceServer() throws IOException {
    var random = new byte[9];
    new SecureRandom().nextBytes(random);
    id = "mi-" + HexFormat.of().formatHex(random).substring(1);
    holder = new NamespaceHolder(NAMESPACES, MACHINE);
    try {
      allowed = new VendorPlace(new VendorPlace.Wire(
          "vendor", "203.0.113.1", "203.0.113.7", "2001:db8:203::1", "2001:db8:203::7"));
      elsewhere = new VendorPlace(new VendorPlace.Wire(
          "others", "198.51.100.1", "198.51.100.7", "2001:db8:198::1", "2001:db8:198::7"));
    } catch (IOException e) {
      holder.close();
      throw e;
    }
  }

  /** A new server; where this machine cannot have one, the tests that need it are skipped and say why. */
  public static NamespaceServer start() throws IOException {
    var missing = missing();
    assumeTrue(
        missing.isEmpty(),
        () -> "skipped, as a server with a real sshd needs " + missing.orElseThrow());
    var server = new NamespaceServer();
    try {
      server.allowed.connect(server.holder);
      server.elsewhere.connect(server.holder);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private static Optional<String> missing() throws IOException {
    var self = Path.of("/proc/self");
    if (!Files.exists(self.resolve("ns/net"))) {
      return Optional.of("Linux");
    }
    if (!Files.getAttribute(self, "unix:uid").equals(0)) {
      return Optional.of("root");
    }
    var tools = TOOLS.stream().filter(tool -> !installed(tool)).toList();
    if (!tools.isEmpty()) {
      return Optional.of("these programs in " + PATH + ": " + String.join(", ", tools));
    }
    var unshare = new ProcessBuilder(Stream.of(
                List.of("unshare"), NAMESPACES, List.of("mount", "-t", "tmpfs", "tmpfs", "/run"))
            .flatMap(List::stream)
            .toList())
        .redirectErrorStream(true)
        .start();
    try {
      var said = new String(unshare.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return unshare.waitFor() == 0
          ? Optional.empty()
          : Optional.of("the right to make namespaces (CAP_SYS_ADMIN): " + said.strip());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static boolean installed(String tool) {
    return Stream.of(PATH.split(":")).anyMatch(folder -> new File(folder, tool).canExecute());
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public List<String> runner() {
    return holder.runner();
  }

  @Override
  public Map<String, String> environment() {
    return Map.of();
  }

  /** Where the vendor works: in 203.0.113.0/24 and 2001:db8:203::/64. */
  public VendorPlace allowed() {
    return allowed;
  }

  /** Where nobody should come from: 198.51.100.0/24 and 2001:db8:198::/64. */
  public VendorPlace elsewhere() {
    return elsewhere;
  }

  /** What root's shell prints there; the script must end well. */
  public String run(String script) throws IOException {
    return holder.run("", "sh", "-euc", script);
  }

  /** Whether the script ends well. */
  public boolean holds(String script) throws IOException {
    return holder.attempt("", "sh", "-uc", script).exitCode() == 0;
  }

  /** Changes sshd's configuration by a command of sed, and has the running sshd read it. */
  public void configure(String edit) throws IOException {
    run("sed -i '" + edit + "' /etc/ssh/sshd_config\n" + """
        listening() { awk '$4 == "0A" && $2 ~ /:0016$/ { print $10 }' /proc/net/tcp /proc/net/tcp6; }
        before=$(listening)
        kill -HUP "$(cat /run/sshd.pid)"
        until now=$(listening); [ -n "$now" ] && [ "$now" != "$before" ]; do sleep 0.05; done
        """);
  }

  public String authorizedKeys() throws IOException {
    return run("cat /root/.ssh/authorized_keys 2> /dev/null || true");
  }

  /** Lets that account in with that key. */
  public void authorize(String home, String key) throws IOException {
    holder.run(key + "\n", "sh", "-euc", "cat >> \"$1/.ssh/authorized_keys\"", "sh", home);
  }

  /** Runs the script of Latchkey-Install. */
  public void install() throws IOException {
    var lines = WhmClient.parse(Files.readString(INSTALL))
        .at("/mainSteps/0/inputs/runCommand")
        .valueStream();
    var script = lines.map(line -> line.asText() + "\n").collect(Collectors.joining());
    var agent = Files.readString(PACKED).replace("\n", "");
    var half = agent.length() / 2;
    for (var part : List.of("1 " + agent.substring(0, half), "2 " + agent.substring(half))) {
      var words = part.split(" ");
      holder.run(
          "SSM_part=%s SSM_parts=2 SSM_data=%s\n".formatted(words[0], words[1]) + script, "sh");
    }
  }

  /** One order or a sweep without the control plane; what the agent printed, whatever it thinks of it. */
  public String agent(String verb, String order) throws IOException {
    return holder.attempt(order, "python3", AGENT, verb).said();
  }

  /** Whether a rule of ours is left in any firewall. */
  public boolean doorIsOpen() throws IOException {
    return holds("iptables -S LATCHKEY > /dev/null 2>&1 || ip6tables -S LATCHKEY > /dev/null 2>&1");
  }

  /** All is gone with the first process of each. */
  @Override
  public void close() {
    allowed.close();
    elsewhere.close();
    holder.close();
  }
}
