package dev.latchkey.server;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the agent is made for: the one place that says so. It knows the files of PAM, sshd, sudo and the firewalls of these
 * distributions, and sshd's own end of a key (since 7.7) is in all of them.
 */
public final class SupportedHosts {
  private static final Set<String> ARCHITECTURES = Set.of("x86_64", "aarch64");
  private static final Set<String> ENTERPRISE_LINUX =
      Set.of("almalinux", "centos", "cloudlinux", "ol", "rhel", "rocky");
  private static final Pattern NAMED = Pattern.compile("(\\S+) (\\d{1,4})(?:\\.(\\d{1,4}))?\\S*");

  /** For people, and for the documentation. */
  public static final List<String> NAMES = List.of(
      "Debian 11 to 13",
      "Ubuntu 20.04, 22.04 and 24.04",
      "Enterprise Linux 8 and 9 (AlmaLinux, CentOS, CloudLinux, Oracle Linux, RHEL, Rocky)");

  private SupportedHosts() {}

  /** @param arch as {@link StatedHost#arch} has it */
  public static boolean supportsArchitecture(String arch) {
    return ARCHITECTURES.contains(arch);
  }

  /** @param distro as {@link StatedHost#distro} has it; one without a version is not known to be one of these */
  public static boolean supportsDistribution(String distro) {
    var named = NAMED.matcher(distro);
    if (!named.matches()) {
      return false;
    }
    var id = named.group(1);
    var major = Integer.parseInt(named.group(2));
    if (id.equals("debian")) {
      return major >= 11 && major <= 13;
    }
    if (id.equals("ubuntu")) {
      return Set.of(20, 22, 24).contains(major) && "04".equals(named.group(3));
    }
    return ENTERPRISE_LINUX.contains(id) && (major == 8 || major == 9);
  }
}
