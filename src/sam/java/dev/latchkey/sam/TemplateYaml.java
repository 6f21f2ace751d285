package dev.latchkey.sam;

import dev.latchkey.local.LocalProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** YAML with CloudFormation's tags, of which each becomes an {@link Intrinsic}. */
final class TemplateYaml extends SafeConstructor {
  private TemplateYaml(LoaderOptions options) {
    super(options);
    yamlMultiConstructors.put("!", new Tagged());
  }

  static Map<?, ?> read(Path file) {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try (var reader = Files.newBufferedReader(file)) {
      if (new Yaml(new TemplateYaml(options)).load(reader) instanceof Map<?, ?> template) {
        return template;
      }
      throw new LocalProblem(file + " is not a template: its outermost value is not a map");
    } catch (YAMLException e) {
      throw new LocalProblem(file + " is no YAML: " + e.getMessage());
    } catch (IOException e) {
      throw new LocalProblem("the template " + file
          + " cannot be read; name another one with -Dlatchkey.sam.template=FILE");
    }
  }

  private final class Tagged extends AbstractConstruct {
    @Override
    public Object construct(Node node) {
      return new Intrinsic(node.getTag().getValue().substring(1), argument(node));
    }

    private Object argument(Node node) {
      if (node instanceof SequenceNode sequence) {
        return constructSequence(sequence);
      }
      return node instanceof MappingNode mapping
          ? constructMapping(mapping)
          : ((ScalarNode) node).getValue();
    }
  }
}
