package dev.latchkey.token;

import dev.latchkey.access.AddressList;
import dev.latchkey.access.Credential;
import dev.latchkey.access.Month;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.Tally;
import dev.latchkey.access.Used;
import dev.latchkey.api.Field;
import dev.latchkey.api.FieldType.ByName;
import dev.latchkey.api.FieldType.Simple;
import dev.latchkey.data.Data;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** A token as WHM shows it: {@code acls} is an array of names, but in api_token_list a hash of name to 0 or 1. */
final class TokenData {
  private static final List<Field> FIELDS = List.of(
      Field.text("name", "The token's name."),
      Field.time("create_time", "When it was created."),
      Field.time("expires_at", "When it expires; null for never.").orNull(),
      Field.texts(
              "whitelist_ips",
              "The addresses and CIDR ranges that may use it, IPv6 written in full; null for any.")
          .atMost(AddressList.MOST)
          .orNull(),
      Field.number(
              "quota",
              "The most calls in a calendar month (an extension); left out if there is no limit.")
          .optional());

  static final List<Field> WITH_ACL_ARRAY = Field.all(
      FIELDS,
      List.of(
          Field.texts("acls", "The privileges that it holds.").atMost(Privilege.values().length)));

  static final List<Field> WITH_ACL_HASH = Field.all(
      FIELDS,
      List.of(Field.of(
          "acls",
          new ByName(Simple.FLAG),
          "Each privilege that you have: 1 if the token holds it, 0 if not.")));

  /** What admission noted of it. */
  static final List<Field> USE = List.of(
      Field.time("last_used", "When a call was made with it last (an extension); null for never.")
          .orNull(),
      Field.text(
              "last_ip",
              "The address that its last call came from (an extension); null for never, or if it is not known.")
          .orNull(),
      Field.number(
          "calls_this_month",
          "How many calls were made with it in this calendar month, UTC (an extension)."));

  private TokenData() {}

  static Data.Hash withUse(Data.Hash token, Used used, Instant now) {
    var calls = Optional.ofNullable(used.made().get(Month.of(now))).map(Tally::total);
    return token
        .with("last_used", Data.orNull(used.lastAt().map(at -> Data.number(at.getEpochSecond()))))
        .with("last_ip", Data.orNull(used.lastFrom().map(Data::text)))
        .with("calls_this_month", calls.orElse(0L));
  }

  static Data.Hash withAclArray(Credential token) {
    return show(token).with("acls", Data.texts(token.scope().privileges().acls()));
  }

  /** @param ofUser every privilege that the user has is shown, granted to the token or not */
  static Data.Hash withAclHash(Credential token, Privileges ofUser) {
    var acls = new LinkedHashMap<String, Data>();
    ofUser
        .each()
        .forEach(privilege -> acls.put(privilege.acl(), Data.flag(isGranted(token, privilege))));
    return show(token).with("acls", new Data.Hash(acls));
  }

  private static boolean isGranted(Credential token, Privilege privilege) {
    return token.scope().privileges().grants(privilege);
  }

  private static Data.Hash show(Credential token) {
    Scope scope = token.scope();
    var data = Data.hash()
        .with("name", token.name())
        .with("create_time", token.createdAt().getEpochSecond())
        .with(
            "expires_at",
            Data.orNull(scope.expiresAt().map(end -> Data.number(end.getEpochSecond()))))
        .with(
            "whitelist_ips",
            Data.orNull(scope.addresses().map(AddressList::texts).map(Data::texts)));
    return scope.quota().isPresent() ? data.with("quota", scope.quota().getAsLong()) : data;
  }

  /** The reach of a token in a line, for the audit entry. */
  static String describe(Credential token) {
    var scope = token.scope();
    return "token “%s” acl=%s expires_at=%d whitelist_ip=%s%s"
        .formatted(
            token.name(),
            String.join(",", scope.privileges().acls()),
            scope.expiresAt().map(end -> end.getEpochSecond()).orElse(0L),
            scope.addresses().map(list -> String.join(",", list.texts())).orElse("any"),
            scope.quota().isPresent() ? " quota=" + scope.quota().getAsLong() : "");
  }
}
