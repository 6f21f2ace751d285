package dev.latchkey.stream;

import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A folder of this machine. A file is there whole or not at all. */
final class FolderStream implements AuditStream {
  private final Path folder;

  FolderStream(Path folder) {
    this.folder = folder;
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public Uni<Void> write(String name, byte[] lines) {
    return Uni.createFrom().item(() -> {
      try {
        put(folder.resolve(name), lines);
        return null;
      } catch (IOException e) {
        throw new UncheckedIOException("latchkey.stream.folder: " + name + " was not written", e);
      }
    });
  }

  private static void put(Path file, byte[] lines) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    Files.createDirectories(file.getParent());
    var part = file.resolveSibling(file.getFileName() + ".part");
    try (var channel = FileChannel.open(
        part,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE)) {
      var rest = ByteBuffer.wrap(lines);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
