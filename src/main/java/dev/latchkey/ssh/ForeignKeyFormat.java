package dev.latchkey.ssh;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** What people have in their hands instead of a line of authorized_keys, and what makes that line of it. */
enum ForeignKeyFormat {
  /** First of all: whatever else it may be, it must not be taken for something that may be shown. */
  PRIVATE(
      "BEGIN (?:[A-Z0-9 ]{1,100} )?PRIVATE KEY|^b3BlbnNzaC1rZXktdjE",
      "is a private key, which must never leave its owner; give the public one, the line of the file that ends in .pub."),
  PPK(
      "^PuTTY-User-Key-File",
      "is PuTTY's private key (PPK), which must never leave its owner; give the public one, which “puttygen FILE -O public-openssh” prints."),
  SSH2(
      "BEGIN SSH2 PUBLIC KEY",
      "is in the format of RFC 4716 (BEGIN SSH2 PUBLIC KEY); give the line that “ssh-keygen -i -f FILE” prints."),
  PKCS8(
      "BEGIN PUBLIC KEY",
      "is in the format PKCS8 (BEGIN PUBLIC KEY); give the line that “ssh-keygen -i -m PKCS8 -f FILE” prints."),
  PEM(
      "BEGIN RSA PUBLIC KEY",
      "is in the format PEM (BEGIN RSA PUBLIC KEY); give the line that “ssh-keygen -i -m PEM -f FILE” prints."),
  PGP(
      "BEGIN PGP PUBLIC KEY",
      "is an OpenPGP key; give an SSH key, or the line that “gpg --export-ssh-key NAME” prints."),
  X509(
      "BEGIN (?:[A-Z0-9 ]{1,100} )?CERTIFICATE",
      "is an X.509 certificate; give an SSH key, which “ssh-keygen -t ed25519” makes."),
  CERTIFICATE(
      "^\\S+-cert-v0[01]@openssh\\.com(?:\\s|$)",
      "is a certificate; give the key itself, the line of the .pub file without “-cert” in its name."),
  FINGERPRINT(
      "^(?:[0-9]+ )?(?:SHA256:|(?:MD5:)?(?:[0-9a-f]{2}:){15})",
      "is the fingerprint of a key; give the key itself, the line of the .pub file."),
  UNTYPED(
      "^AAAA[A-Za-z0-9+/]{20,}={0,2}(?:\\s|$)",
      "is the Base64 of a key without its type; give the whole line, such as “ssh-ed25519 AAAA… comment”.");

  private final Pattern sign;
  private final String sentence;

  ForeignKeyFormat(String sign, String sentence) {
    this.sign = Pattern.compile(sign);
    this.sentence = sentence;
  }

  static Optional<ForeignKeyFormat> of(String text) {
    return Arrays.stream(values())
        .filter(format -> format.sign.matcher(text).find())
        .findFirst();
  }

  boolean isPrivate() {
    return this == PRIVATE || this == PPK;
  }

  /** What it is, and what is to be given instead. */
  String sentence() {
    return sentence;
  }
}
