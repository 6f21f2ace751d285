package dev.latchkey.ticket;

import dev.latchkey.store.AttributeChanges;
import dev.latchkey.store.Item;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** How a vendor profile lies in the table: {@code U#user / V}. Those of earlier releases name no company. */
final class VendorProfileItem {
  private static final String NAME = "company_name";
  private static final String ID = "company_id";
  private static final String LOGO = "logo_url";
  private static final String CONTACT = "pub_support_contact";
  private static final String TECHNICAL = "pub_tech_contact";
  private static final String EMAIL = "tech_contact_email";

  private VendorProfileItem() {}

  /**
   * An update, which says which attributes it is about: a role cannot allow that an item is put under {@code U#} and not be
   * able to put a token there.
   */
  static AttributeChanges changesTo(VendorProfile profile) {
    var item =
        write(VendorAccessItem.write(new Item(Map.of()), profile.access()), profile.company());
    var changes = new AttributeChanges();
    Stream.concat(
            VendorAccessItem.ATTRIBUTES.stream(),
            List.of(NAME, ID, LOGO, CONTACT, TECHNICAL, EMAIL).stream())
        .forEach(name -> changes.with(name, item.find(name)));
    return changes;
  }

  private static Item write(Item item, Company company) {
    return item.with(NAME, company.name().map(Item::text))
        .with(ID, company.id().map(Item::number))
        .with(LOGO, text(company.logo()))
        .with(CONTACT, text(company.contact()))
        .with(TECHNICAL, text(company.technicalContact()))
        .with(EMAIL, company.email().map(Item::text));
  }

  static VendorProfile read(Item item) {
    return new VendorProfile(
        VendorAccessItem.read(item),
        new Company(
            item.findText(NAME),
            item.findNumber(ID),
            url(item, LOGO),
            url(item, CONTACT),
            url(item, TECHNICAL),
            item.findText(EMAIL)));
  }

  private static Optional<AttributeValue> text(Optional<URI> url) {
    return url.map(URI::toString).map(Item::text);
  }

  private static Optional<URI> url(Item item, String name) {
    return item.findText(name).map(URI::create);
  }
}
