package dev.latchkey.sam;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The template's functions, to be invoked by their logical ids. */
final class Pools implements AutoCloseable {
  private final Map<String, FunctionPool> pools = new LinkedHashMap<>();

  Pools(List<SamFunction> functions, Surroundings surroundings) {
    for (var function : functions) {
      pools.put(
          function.id(),
          new FunctionPool(
              function,
              surroundings.artifact().command(function),
              surroundings,
              new FunctionLog(function.id(), System.err)));
    }
  }

  byte[] invoke(String function, byte[] event) throws FunctionFailure {
    var pool = pools.get(function);
    if (pool == null) {
      throw new FunctionFailure(
          FunctionFailure.Kind.ERROR, "the template has no function " + function);
    }
    return pool.invoke(event);
  }

  @Override
  public void close() {
    pools.values().forEach(FunctionPool::stop);
    pools.values().forEach(FunctionPool::close);
  }
}
