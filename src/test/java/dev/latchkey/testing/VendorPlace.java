package dev.latchkey.testing;

import java.io.IOException;
import java.util.List;

/** A machine that vendors log in from: one end of a wire, of which the other is in the server. */
public final class VendorPlace implements AutoCloseable {
  private final NamespaceHolder holder;
  private final Wire wire;

  /** The first addresses are the server's, the second the vendor's. */
  record Wire(String name, String server, String vendor, String server6, String vendor6) {}

  VendorPlace(Wire wire) throws IOException {
    this.wire = wire;
    holder = new NamespaceHolder(List.of("--net"), "ip link set lo up");
  }

  /** Lays the wire into the server. */
  void connect(NamespaceHolder server) throws IOException {
    holder.run(
        "",
        "sh",
        "-euc",
        """
        ip link add eth0 type veth peer name "$1" netns "$2"
        ip address add "$3/24" dev eth0
        ! [ -e /proc/net/if_inet6 ] || ip address add "$4/64" dev eth0 nodad
        ip link set eth0 up
        """,
        "sh",
        wire.name,
        Long.toString(server.pid()),
        wire.vendor,
        wire.vendor6);
    server.run("", "sh", "-euc", """
        ip address add "$2/24" dev "$1"
        ! [ -e /proc/net/if_inet6 ] || ip address add "$3/64" dev "$1" nodad
        ip link set "$1" up
        """, "sh", wire.name, wire.server, wire.server6);
  }

  /** Where the vendor comes from. */
  public String address() {
    return wire.vendor;
  }

  public String address6() {
    return wire.vendor6;
  }

  /** Where the server is, seen from here. */
  public String server() {
    return wire.server;
  }

  public String server6() {
    return wire.server6;
  }

  List<String> runner() {
    return holder.runner();
  }

  @Override
  public void close() {
    holder.close();
  }
}
