package dev.latchkey.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * An Ed25519 key pair for trying things, in the files that {@code ssh-keygen} would write: OpenSSH's PROTOCOL.key, without
 * a passphrase.
 */
public record SampleKeyPair(Path privateKey) {
  private static final String TYPE = "ssh-ed25519";
  private static final String COMMENT = "sample-vendor";
  private static final int SIZE = 32;
  private static final int BLOCK = 8;

  /** @return the line of its public key; of a new pair when there is none yet */
  public String publicLine() throws IOException {
    var file = privateKey.resolveSibling(privateKey.getFileName() + ".pub");
    if (!Files.exists(file)) {
      byte[] secret = new byte[SIZE];
      byte[] point = generate(secret);
      PrivateFiles.write(privateKey, armoured(secret, point));
      Files.writeString(file, line(point) + "\n");
    }
    return Files.readString(file).strip();
  }

  private static byte[] generate(byte[] secret) {
    try {
      var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      // Both encodings end in the 32 bytes that they are about (RFC 8410 sections 4 and 7).
      System.arraycopy(tail(pair.getPrivate().getEncoded()), 0, secret, 0, SIZE);
      return tail(pair.getPublic().getEncoded());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java from 15 on has Ed25519", e);
    }
  }

  private static byte[] tail(byte[] encoded) {
    return Arrays.copyOfRange(encoded, encoded.length - SIZE, encoded.length);
  }

  private static String line(byte[] point) {
    return TYPE + " " + Base64.getEncoder().encodeToString(blob(point)) + " " + COMMENT;
  }

  private static byte[] blob(byte[] point) {
    var blob = ByteBuffer.allocate(256);
    string(blob, TYPE.getBytes(StandardCharsets.US_ASCII));
    string(blob, point);
    return written(blob);
  }

  private static String armoured(byte[] secret, byte[] point) {
    var inner = ByteBuffer.allocate(512);
    inner.putInt(0).putInt(0); // Two equal numbers, which prove a passphrase where there is one.
    inner.put(blob(point));
    string(inner, ByteBuffer.allocate(2 * SIZE).put(secret).put(point).array());
    string(inner, COMMENT.getBytes(StandardCharsets.US_ASCII));
    for (byte pad = 1; inner.position() % BLOCK != 0; pad++) {
      inner.put(pad);
    }
    var all = ByteBuffer.allocate(1024);
    all.put("openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII));
    string(all, "none".getBytes(StandardCharsets.US_ASCII));
    string(all, "none".getBytes(StandardCharsets.US_ASCII));
    string(all, new byte[0]);
    all.putInt(1);
    string(all, blob(point));
    string(all, written(inner));
    var body = Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(written(all));
    return "-----BEGIN OPENSSH PRIVATE KEY-----\n" + body + "\n-----END OPENSSH PRIVATE KEY-----\n";
  }

  private static void string(ByteBuffer to, byte[] bytes) {
    to.putInt(bytes.length).put(bytes);
  }

  private static byte[] written(ByteBuffer buffer) {
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
