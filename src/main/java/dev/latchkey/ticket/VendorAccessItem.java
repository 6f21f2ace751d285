package dev.latchkey.ticket;

import dev.latchkey.access.AddressRange;
import dev.latchkey.server.GrantAccount;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SourceRanges;
import dev.latchkey.ssh.SshUser;
import dev.latchkey.store.Item;
import java.util.Arrays;
import java.util.List;

/** How a vendor's access lies in an item, of a ticket or of a {@link VendorProfileItem}. */
final class VendorAccessItem {
  static final List<String> ATTRIBUTES =
      List.of("public_key", "ranges", "ssh_user", "account", "sudo");

  private VendorAccessItem() {}

  static Item write(Item item, VendorAccess access) {
    return item.with("public_key", access.key().map(key -> Item.text(key.line())))
        .with("ranges", access.from().map(from -> Item.text(String.join(" ", from.cidrs()))))
        .with("ssh_user", access.user().map(user -> Item.text(user.value())))
        .with("account", access.account().map(account -> Item.text("own")))
        .with(
            "sudo", access.account().filter(GrantAccount::hasSudo).map(account -> Item.number(1)));
  }

  static VendorAccess read(Item item) {
    return new VendorAccess(
        item.findText("public_key").map(PublicKey::ofLine),
        item.findText("ranges")
            .map(text -> new SourceRanges(
                Arrays.stream(text.split(" ")).map(AddressRange::parse).toList())),
        item.findText("ssh_user").map(SshUser::new),
        item.find("account")
            .map(own -> GrantAccount.of(true, item.findNumber("sudo").isPresent())));
  }
}
