package dev.latchkey.wire;

import dev.latchkey.api.Call;
import dev.latchkey.api.WhmFailure;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/** Another way in than WHM's API: the same admission, the same functions, and answers of another form. */
interface Door {
  /** As the log and the audit have it. */
  String name();

  /**
   * The idempotency key of an admitted call.
   *
   * @throws WhmFailure where the call may not be made
   */
  Optional<String> key(Call call);

  Response answer(Envelope envelope, String id);

  /** The same for every cause. */
  Response denied(HttpServerRequest http, String id);

  Response failed(int status, String sentence, String id);
}
