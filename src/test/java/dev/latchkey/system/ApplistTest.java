package dev.latchkey.system;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Functions;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ApplistTest extends WhmTest {
  @Inject
  Functions functions;

  @Test
  void listsEveryFunctionForRootByName() {
    var names = texts(root().data("applist").path("app"));

    assertThat(names)
        .isSorted()
        .isEqualTo(functions.declarations().stream().map(Declaration::name).toList());
  }

  @Test
  void listsOnlyWhatTheCallerMayCall() {
    var forAnyCaller = functions.declarations().stream()
        .filter(function -> function.privilege().isEmpty())
        .map(Declaration::name)
        .toList();
    assertThat(forAnyCaller).contains("applist", "batch", "version");
    assertThat(texts(reseller().data("applist").path("app"))).isEqualTo(forAnyCaller);
    assertThat(texts(reseller(MANAGE_API_TOKENS).data("applist").path("app")))
        .contains("api_token_create", "audit_list");
  }

  @Test
  void itsListCanBeFilteredAndCut() {
    var answer = root()
        .post(
            "applist",
            "api.filter.enable",
            "1",
            "api.filter.verbose",
            "1",
            "api.filter.a.field",
            "*",
            "api.filter.a.type",
            "begins",
            "api.filter.a.arg0",
            "API_TOKEN_",
            "api.chunk.enable",
            "1",
            "api.chunk.verbose",
            "1",
            "api.chunk.start",
            "2",
            "api.chunk.size",
            "2");

    assertThat(texts(answer.at("/data/app")))
        .containsExactly("api_token_create", "api_token_get_details");
    assertThat(answer.at("/metadata/filter/filtered").asInt())
        .isEqualTo(functions.declarations().size());
    assertThat(answer.at("/metadata/chunk").toString())
        .isEqualTo("{\"start\":2,\"size\":2,\"current\":1,\"chunks\":4,\"records\":7}");
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }
}
