package dev.latchkey.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolArgumentsTest {
  private static final Declaration CHANGE = Declaration.of("does", "Does something.")
      .changes()
      .takes(
          Parameter.optional("name", ParameterType.TEXT, "A name."),
          Parameter.several("acl", ParameterType.TEXT, "Privileges."));

  private static ToolArguments read(Data.Hash given) {
    return ToolArguments.read(CHANGE, given);
  }

  /** Models write it for what they have no value for. */
  @Test
  void nullIsAsGoodAsLeftOut() {
    var read = read(Data.hash().with("confirm", Data.NULL).with("name", Data.NULL));

    assertThat(read.confirm()).isEmpty();
    assertThat(read.arguments().last("name")).isEmpty();
    assertThat(read.arguments().last("api.dry_run")).contains("1");
  }

  @Test
  void aListOfNothingButNullIsEmpty() {
    var read = read(Data.hash().with("acl", new Data.Sequence(List.of(Data.NULL))));

    assertThat(read.arguments().values("acl")).containsExactly("");
  }

  @Test
  void aCodeIsATextAndMakesTheCallReal() {
    var read = read(Data.hash().with("confirm", "1.2.3"));

    assertThat(read.confirm()).contains("1.2.3");
    assertThat(read.arguments().last("api.dry_run")).isEmpty();
    assertThatThrownBy(() -> read(Data.hash().with("confirm", 1)))
        .isInstanceOf(WhmFailure.class)
        .hasMessageContaining("confirm: is not a text");
  }
}
