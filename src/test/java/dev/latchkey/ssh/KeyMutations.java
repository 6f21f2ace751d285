package dev.latchkey.ssh;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** Real keys of every type, about half of them as they are or only written otherwise, the rest damaged somewhere. */
final class KeyMutations {
  private static final List<String> COMMENTS = List.of(
      "",
      " me@example.com",
      "\tJ\u00fcrgen \u9375",
      " a\u0007\u0000b",
      " latchkey-ticket-7",
      " c=\"d\" ssh-rsa AAAA");
  private static final List<String> AROUND = List.of("", "", "", " ", "\t", "\r\n", "\n");
  private static final List<String> STRAYS = List.of(
      "\u00a0", "\ufeff", "\u200b", " ", "\n", "\r", "\t", "=", "-", "_", "%2B", "\u0001", "\"",
      "#");

  private final Random random;
  private final List<String> real;

  KeyMutations(Random random) {
    this.random = random;
    try (var file = KeyMutations.class.getResourceAsStream("/keys.json")) {
      this.real = StreamSupport.stream(new ObjectMapper().readTree(file).spliterator(), false)
          .filter(key -> key.path("case").asText().endsWith("as ssh-keygen writes it"))
          .map(key -> key.path("line").asText())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> lines(int count) {
    return IntStream.range(0, count).mapToObj(i -> line()).toList();
  }

  private String line() {
    var words = any(real).split(" ");
    var type = words[0];
    var blob = Base64.getDecoder().decode(words[1]);
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> written(type, base64(blob));
      case 3 -> written(type, base64(damagedField(blob)));
      case 4 -> written(type, base64(damaged(blob)));
      case 5 -> written(type, otherBase64(base64(blob)));
      case 6 -> written(any(real).split(" ")[0], base64(blob));
      default -> strayed(written(type, base64(blob)));
    };
  }

  private String written(String type, String blob) {
    return any(AROUND)
        + type
        + any(List.of(" ", " ", "  ", " \t"))
        + blob
        + any(COMMENTS)
        + any(AROUND);
  }

  private String strayed(String line) {
    var at = random.nextInt(line.length());
    return line.substring(0, at) + any(STRAYS) + line.substring(random.nextBoolean() ? at : at + 1);
  }

  /** One field made otherwise, with its length put right: what only the rules of its type can tell. */
  private byte[] damagedField(byte[] blob) {
    var fields = fields(blob);
    var at = random.nextInt(fields.size());
    var field = fields.get(at);
    switch (random.nextInt(9)) {
      case 0 -> fields.remove(at);
      case 1 -> fields.add(at, field);
      case 2 -> fields.set(at, new byte[0]);
      case 3 -> fields.set(at, Arrays.copyOf(field, field.length + 1));
      case 4 -> fields.set(at, Arrays.copyOf(field, random.nextInt(field.length)));
      case 5 -> fields.set(at, joined(new byte[1], field));
      case 6 -> fields.set(at, new byte[field.length]);
      case 7 -> fields.set(at, fields(blobOf(any(real))).get(1));
      default -> fields.set(at, flipped(field));
    }
    var out = new ByteArrayOutputStream();
    for (var one : fields) {
      out.writeBytes(ByteBuffer.allocate(4).putInt(one.length).array());
      out.writeBytes(one);
    }
    return out.toByteArray();
  }

  private byte[] damaged(byte[] blob) {
    return switch (random.nextInt(4)) {
      case 0 -> flipped(blob);
      case 1 -> Arrays.copyOf(blob, random.nextInt(blob.length));
      case 2 -> Arrays.copyOf(blob, blob.length + 1 + random.nextInt(9));
      default -> {
        // A length of a field, the first or the second.
        var second = 4 + ByteBuffer.wrap(blob).getInt();
        var other = blob.clone();
        ByteBuffer.wrap(other)
            .putInt(random.nextBoolean() ? 0 : second, any(List.of(-1, 0, 31, 33, 1 << 30)));
        yield other;
      }
    };
  }

  private byte[] flipped(byte[] bytes) {
    var other = bytes.clone();
    if (other.length > 0) {
      // The first and the last byte of a number say the most.
      var at = any(List.of(0, other.length - 1, random.nextInt(other.length)));
      other[at] ^= (byte) (1 << random.nextInt(8));
    }
    return other;
  }

  private String otherBase64(String base64) {
    var end = base64.replaceAll("=+$", "");
    return switch (random.nextInt(6)) {
      case 0 -> end;
      case 1 -> base64 + "=";
      case 2 -> base64.replace('+', '-').replace('/', '_');
      case 3 -> base64.replace('+', ' ');
      case 4 ->
        end.substring(0, end.length() - 1)
            + (char) (end.charAt(end.length() - 1) + 1)
            + base64.substring(end.length());
      default -> base64.replaceFirst("(.{40})", "$1\n");
    };
  }

  private static List<byte[]> fields(byte[] blob) {
    var fields = new ArrayList<byte[]>();
    var in = ByteBuffer.wrap(blob);
    while (in.hasRemaining()) {
      var field = new byte[in.getInt()];
      in.get(field);
      fields.add(field);
    }
    return fields;
  }

  private static byte[] blobOf(String line) {
    return Base64.getDecoder().decode(line.split(" ")[1]);
  }

  private static byte[] joined(byte[] one, byte[] other) {
    var all = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
