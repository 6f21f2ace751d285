package dev.latchkey.cli;

/** What proves to the server who calls. */
record Login(String user, String token) {

  /** The value of {@code Authorization}. */
  String header() {
    return "whm " + user + ":" + token;
  }

  /** Records print their components. */
  @Override
  public String toString() {
    return user + ":(hidden)";
  }
}
