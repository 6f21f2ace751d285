package dev.latchkey.api;

/** What a function touches; its Lambda's role allows just that, beside what admission and usage need. */
public enum Touch {
  TABLE_READ,
  TABLE_WRITE,
  SERVERS
}
