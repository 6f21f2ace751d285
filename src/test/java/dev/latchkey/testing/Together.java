package dev.latchkey.testing;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Runs something in several threads that start at the same moment. */
public final class Together {
  private Together() {}

  /** @return what each thread made, by its number */
  public static <T> List<T> run(int threads, IntFunction<T> work) {
    var pool = Executors.newFixedThreadPool(threads);
    try {
      var start = new CyclicBarrier(threads);
      var tasks = IntStream.range(0, threads).<Callable<T>>mapToObj(i -> () -> {
        start.await();
        return work.apply(i);
      });
      return pool.invokeAll(tasks.toList()).stream().map(Together::get).toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static <T> T get(Future<T> done) {
    try {
      return done.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
