package dev.latchkey.reseller;

import static dev.latchkey.access.Privilege.ALLOW_EMAILLIMITS_PKGS;
import static dev.latchkey.access.Privilege.ALLOW_SHELL;
import static dev.latchkey.access.Privilege.ASSIGN_ROOT_ACCOUNT_ENHANCEMENTS;
import static dev.latchkey.access.Privilege.CONNECTED_APPLICATIONS;
import static dev.latchkey.access.Privilege.FILE_RESTORE;
import static dev.latchkey.access.Privilege.NS_CONFIG;
import static dev.latchkey.access.Privilege.PUBLIC_CONTACT;

import dev.latchkey.access.Privilege;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The names of privileges that WHM's three functions about them know, which are not the same in any two of them (WHM API 1,
 * listacls, saveacllist, setacls, 11.138). Each knows our three as well, as WHM's do those of third parties.
 */
final class AclNames {
  /** An old one that WHM still lists and ignores. */
  static final String FRONTPAGE = "frontpage";

  private static final Set<Privilege> IN_NO_LIST = EnumSet.of(
      CONNECTED_APPLICATIONS, PUBLIC_CONTACT, FILE_RESTORE, ASSIGN_ROOT_ACCOUNT_ENHANCEMENTS);

  /** What a saved list may hold: saveacllist takes these, and listacls shows them. */
  static final Map<String, Privilege> OF_LISTS = ofLists();

  /** What setacls takes: two have another name there. */
  static final Map<String, Privilege> OF_SETACLS = ofSetacls();

  private AclNames() {}

  private static Map<String, Privilege> ofLists() {
    var names = new LinkedHashMap<String, Privilege>();
    Arrays.stream(Privilege.values())
        .filter(privilege -> !IN_NO_LIST.contains(privilege))
        .forEach(privilege -> names.put(privilege.acl(), privilege));
    return names;
  }

  private static Map<String, Privilege> ofSetacls() {
    var names = new LinkedHashMap<String, Privilege>();
    OF_LISTS.values().stream()
        .filter(privilege -> privilege != ALLOW_EMAILLIMITS_PKGS)
        .forEach(privilege -> names.put(nameInSetacls(privilege), privilege));
    return names;
  }

  /** WHM's page says of {@code disallow-shell} that it allows one: it is {@code allow-shell} elsewhere. */
  private static String nameInSetacls(Privilege privilege) {
    return privilege == NS_CONFIG
        ? "nameserver-config"
        : privilege == ALLOW_SHELL ? "disallow-shell" : privilege.acl();
  }
}
