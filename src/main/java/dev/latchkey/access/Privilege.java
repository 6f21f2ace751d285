package dev.latchkey.access;

import dev.latchkey.text.Nearest;
import dev.latchkey.text.Quoted;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A privilege, called an ACL on WHM's wire: WHM's 64 ("Edit Reseller Nameservers and Privileges") and our three.
 */
public enum Privilege {
  // Given to every new reseller: Privileges.INITIAL is the range.
  ACCT_SUMMARY,
  BASIC_SYSTEM_INFO,
  BASIC_WHM_FUNCTIONS,
  CONNECTED_APPLICATIONS,
  CORS_PROXY_GET,
  CPANEL_API,
  CPANEL_INTEGRATION,
  CREATE_USER_SESSION,
  DIGEST_AUTH,
  GENERATE_EMAIL_CONFIG,
  LIST_PKGS,
  MANAGE_API_TOKENS,
  MANAGE_DNS_RECORDS,
  MANAGE_OIDC,
  MANAGE_STYLES,
  MYSQL_INFO,
  NS_CONFIG,
  PUBLIC_CONTACT,
  SSL_INFO,
  TRACK_EMAIL,
  // Standard.
  LIST_ACCTS,
  SHOW_BANDWIDTH,
  CREATE_ACCT,
  KILL_ACCT,
  SUSPEND_ACCT,
  UPGRADE_ACCOUNT,
  SSL,
  SSL_BUY,
  SSL_GENCRT,
  EDIT_MX,
  PASSWD,
  FILE_RESTORE,
  CREATE_DNS,
  KILL_DNS,
  PARK_DNS,
  EDIT_DNS,
  ADD_PKG,
  EDIT_PKG,
  THIRDPARTY,
  MAILCHECK,
  NEWS,
  ASSIGN_ROOT_ACCOUNT_ENHANCEMENTS,
  // Packages.
  ALLOW_SHELL,
  VIEWGLOBALPACKAGES,
  ALLOW_ADDONCREATE,
  ALLOW_PARKEDCREATE,
  ADD_PKG_IP,
  ADD_PKG_SHELL,
  ALLOW_UNLIMITED_PKGS,
  ALLOW_EMAILLIMITS_PKGS,
  ALLOW_UNLIMITED_DISK_PKGS,
  ALLOW_UNLIMITED_BW_PKGS,
  // Global.
  STATUS,
  STATS,
  RESTART,
  RESFTP,
  // Super.
  EDIT_ACCOUNT,
  LIMIT_BANDWIDTH,
  QUOTA,
  DEMO_SETUP,
  REARRANGE_ACCTS,
  CLUSTERING,
  LOCALE_EDIT,
  // Root.
  ALL,
  // Latchkey's own: they hold only for servers that the caller owns; all holds everywhere.
  SUPPORT_ACCESS,
  SSH_KEYS,
  FLEET_READ;

  private static final Map<String, Privilege> BY_ACL =
      Arrays.stream(values()).collect(Collectors.toMap(Privilege::acl, Function.identity()));

  private final String acl;

  Privilege() {
    acl = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** WHM's name of it: {@code manage-api-tokens}. */
  public String acl() {
    return acl;
  }

  /** The names of all of them. */
  public static String[] acls() {
    return Arrays.stream(values()).map(Privilege::acl).toArray(String[]::new);
  }

  public static Optional<Privilege> find(String acl) {
    return Optional.ofNullable(BY_ACL.get(acl));
  }

  /** @throws IllegalArgumentException that names the nearest privilege there is */
  public static Privilege parse(String acl) {
    return find(acl)
        .orElseThrow(() -> new IllegalArgumentException("“" + Quoted.of(acl)
            + "” is not a valid privilege; did you mean “" + nearest(acl) + "”?"));
  }

  private static String nearest(String acl) {
    var plain = Quoted.of(acl).toLowerCase(Locale.ROOT).replace('_', '-');
    return Nearest.to(plain, Arrays.stream(values()).map(Privilege::acl).toList());
  }
}
