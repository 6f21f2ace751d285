package dev.latchkey.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;

/**
 * Reads events of any shape: what has another type than API Gateway's is as though it was not there, so that {@link
 * GatewayEvents} can refuse the event. Quarkus would end the invocation with an exception of Jackson's.
 */
final class EventMapper {
  @Produces
  @Singleton
  @Unremovable
  ObjectMapper mapper() {
    return new ObjectMapper().addHandler(new Absent());
  }

  private static final class Absent extends DeserializationProblemHandler {

    /** An object or array where there is something else. */
    @Override
    public Object handleUnexpectedToken(
        DeserializationContext context,
        JavaType type,
        JsonToken token,
        JsonParser parser,
        String message)
        throws IOException {
      parser.skipChildren();
      return null;
    }

    /** A text where there is a number or a flag. */
    @Override
    public Object handleWeirdStringValue(
        DeserializationContext context, Class<?> type, String value, String message) {
      return null;
    }

    /** A text, number or flag where there is an object. */
    @Override
    public Object handleMissingInstantiator(
        DeserializationContext context,
        Class<?> type,
        ValueInstantiator instantiator,
        JsonParser parser,
        String message) {
      return null;
    }
  }
}
