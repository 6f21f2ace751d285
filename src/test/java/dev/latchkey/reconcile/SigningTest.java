package dev.latchkey.reconcile;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.audit.SealTable;
import dev.latchkey.change.Change;
import dev.latchkey.local.LocalSigningKey;
import dev.latchkey.signing.FileSigner;
import dev.latchkey.signing.Signature;
import dev.latchkey.signing.Signer;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.AuditPass;
import dev.latchkey.testing.AuditScript;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What is signed with the key of a file is verified by the function, by the script and by openssl, and any change of it is found. */
@QuarkusTest
@InProcess
class SigningTest extends WhmTest {
  @Inject
  SealTable seals;

  @Inject
  Change change;

  @Inject
  Clock clock;

  @Inject
  Store store;

  @Inject
  AuditPass pass;

  @TempDir
  Path folder;

  private Account account;
  private WhmClient client;
  private FileSigner signer;

  @BeforeEach
  void signedChain() throws IOException {
    account = accounts.reseller(MANAGE_API_TOKENS);
    client = WhmClient.of(account);
    signer = FileSigner.of(LocalSigningKey.in(folder.resolve("signing.pem")));
    client.data("api_token_create", "token_name", "a");
    pass.run();
    sign();
  }

  /** As many at a time as a pass does, of those too that other tests have left. */
  private void sign() {
    var signing = new Signing(seals, signer, change, clock);
    for (var i = 0;
        i < 50
            && store
                .get(new Key("UNSIGNED", account.user()))
                .await()
                .indefinitely()
                .isPresent();
        i++) {
      signing.run().await().indefinitely();
    }
  }

  private Key signature(int number) {
    return new Key("SEAL#" + account.user(), "S#%012d".formatted(number));
  }

  private Item read(Key key) {
    return store.get(key).await().indefinitely().orElseThrow();
  }

  private void put(Item item) {
    store.write(store.transaction().put(item)).await().indefinitely();
  }

  private String publicKey() throws IOException {
    var pem = Files.readString(folder.resolve("signing.pem"));
    return Files.writeString(
            folder.resolve("public.pem"), pem.substring(pem.indexOf("-----BEGIN PUBLIC")))
        .toString();
  }

  /** It is not known then whether the signature is one, and neither function fails. */
  @Test
  void aKeyThatIsDamagedLeavesTheSignatureUnknown() {
    var key = new Key("SEAL#", "KEY#" + signer.id());
    var sound = read(key);
    try {
      for (var other : List.of(
          Item.text("none"),
          Item.text("bm9uZQ=="),
          Item.number(1),
          AttributeValue.fromBool(true))) {
        put(sound.with("public_key", other));

        assertThat(client.data("audit_verify").path("signatures").asText()).isEqualTo("unknown");
        assertThat(client.data("audit_export").path("lines").toString())
            .doesNotContain("\\\"line\\\":\\\"key\\\"");
      }
    } finally {
      put(sound);
    }
    assertThat(client.data("audit_verify").path("signatures").asText()).isEqualTo("valid");
  }

  @Test
  void theFunctionTheScriptAndOpensslVerifyIt() throws Exception {
    var verified = client.data("audit_verify");
    assertThat(verified.path("signatures").asText()).isEqualTo("valid");
    assertThat(verified.path("signed").asInt()).isOne();
    assertThat(verified.path("key").asText()).isEqualTo(signer.id());
    assertThat(verified.path("key_sha256").asText()).isEqualTo(signer.id());
    assertThat(verified.path("statement").asText())
        .endsWith(" It is signed up to seal 1 by the key " + signer.id() + ".");

    var export = client.data("audit_export");
    var script = new AuditScript(folder);
    assertThat(script.says(export, "--key", publicKey()))
        .startsWith("0 Whole: 1 entries of ")
        .contains("It is signed up to seal 1 by the key " + signer.id()
            + ", and the signatures are valid.");
    assertThat(script.says(export)).contains("0 Whole", "That proves nothing alone", signer.id());
    var other = LocalSigningKey.in(folder.resolve("other.pem")).toString();
    assertThat(script.says(export, "--key", other)).startsWith("1 Not as it was sealed");

    var line = WhmClient.parse(read(signature(1)).getText("line_text"));
    assertThat(openssl(line)).startsWith("0 Verified OK");

    client.data("api_token_create", "token_name", "b");
    pass.run();
    var longer = client.data("audit_export");
    assertThat(script.says(longer, "--key", publicKey()))
        .startsWith("3 Whole: 2 entries of ")
        .contains("Not checked: seals 2 to 2 come after the last signature");
    assertThat(script.says(client.data("audit_export", "first", "2"), "--key", publicKey()))
        .startsWith("3 Whole: 1 entries of ")
        .contains("Not checked: the file has no signature");
  }

  private String openssl(JsonNode line) throws Exception {
    var statement =
        Files.writeString(folder.resolve("statement"), line.path("statement").asText());
    var signature = Files.write(
        folder.resolve("signature"),
        Base64.getDecoder().decode(line.path("signature").asText()));
    return AuditScript.run(List.of(
        "openssl",
        "dgst",
        "-sha256",
        "-verify",
        publicKey(),
        "-signature",
        signature.toString(),
        statement.toString()));
  }

  @Test
  void aChangeOfASignatureIsFound() {
    var whole = read(signature(1));
    var text = whole.getText("line_text");
    var line = WhmClient.parse(text);
    for (var member : List.of("signature", "statement", "hash", "user", "number", "line", "key")) {
      var value = line.path(member).asText();
      // A letter in the middle, as base64 has it, or a digit.
      var at = text.indexOf(value, text.indexOf("\"" + member + "\":")) + value.length() / 2;
      if (member.equals("statement")) {
        at = text.indexOf("root") + 12;
      }
      var letter = text.charAt(at);
      var changed = text.substring(0, at) + (letter == '1' ? '2' : '1') + text.substring(at + 1);
      put(whole.with("line_text", changed));
      var answer = client.data("audit_verify");
      if (member.equals("key")) {
        assertThat(answer.path("signatures").asText()).as(member).isEqualTo("unknown");
        assertThat(answer.path("statement").asText()).contains("whether they are valid is unknown");
        continue;
      }
      assertThat(answer.at("/fault/kind").asText())
          .as(member + " " + answer)
          .isEqualTo("signature");
      assertThat(answer.at("/fault/seal").asInt()).isOne();
      assertThat(answer.path("whole").asInt()).isZero();
    }
    put(whole);
    assertThat(client.data("audit_verify").has("fault")).isFalse();
  }

  @Test
  void aSignatureByAnotherKeyIsFound() throws Exception {
    var other = FileSigner.of(LocalSigningKey.in(folder.resolve("other.pem")));
    var whole = read(signature(1));
    var statement =
        WhmClient.parse(whole.getText("line_text")).path("statement").asText();
    var forged = other
        .sign(statement.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .await()
        .indefinitely()
        .orElseThrow();
    put(whole.with(
        "line_text",
        whole
            .getText("line_text")
            .replaceFirst("\"signature\":\"[^\"]+\"", "\"signature\":\"" + forged.text() + "\"")));
    assertThat(client.data("audit_verify").at("/fault/sentence").asText())
        .startsWith("The signature of seal 1 is not one by the key " + signer.id());
  }

  /** Who can write the table can sign anew, and lay the key of its own under the name of ours. */
  @Test
  void anotherKeyUnderTheNameOfOursIsFound() throws Exception {
    var other = FileSigner.of(LocalSigningKey.in(folder.resolve("other.pem")));
    var whole = read(signature(1));
    var text = whole.getText("line_text");
    var statement = WhmClient.parse(text).path("statement").asText();
    var forged = other
        .sign(statement.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .await()
        .indefinitely()
        .orElseThrow();
    var key = other.verifyingKey().await().indefinitely().orElseThrow();
    put(whole.with(
        "line_text",
        text.replaceFirst("\"signature\":\"[^\"]+\"", "\"signature\":\"" + forged.text() + "\"")));
    put(read(new Key("SEAL#", "KEY#" + signer.id())).with("public_key", key.text()));

    var fault = client.data("audit_verify").path("fault");

    assertThat(fault.path("kind").asText()).isEqualTo("signature");
    assertThat(fault.path("sentence").asText())
        .startsWith("The signature of seal 1 is not one by the key " + signer.id());
  }

  /** The script of an auditor takes one form alone, and so does the function. */
  @Test
  void aSignatureInAnotherFormIsFound() {
    var whole = read(signature(1));
    var text = whole.getText("line_text");
    var others = List.of(
        text.replace("\"number\":1", "\"more\":1,\"number\":1"),
        text.replaceAll("\"(left|right)\"", "\"up\"")
            .replace("\"way\":[]", "\"way\":[[\"up\",\"\"]]"),
        text.replaceFirst("\"key\":\"[0-9a-f]+\"", "\"key\":\"another\""));
    for (var other : others) {
      put(whole.with("line_text", other));
      var answer = client.data("audit_verify");
      assertThat(answer.at("/fault/kind").asText()).as(other + " " + answer).isEqualTo("signature");
    }
  }

  @Test
  void aSignatureTellsOfASealThatIsGone() {
    client.data("api_token_create", "token_name", "b");
    pass.run();
    sign();
    var seal = new Key("SEAL#" + account.user(), "%012d".formatted(2));
    store.write(store.transaction().delete(seal)).await().indefinitely();
    assertThat(client.data("audit_verify").at("/fault/kind").asText()).isEqualTo("truncated");
  }

  @Test
  void withoutAKeyNothingIsAsked() {
    SdkProbe.reset();
    new Signing(seals, new None(), change, clock).run().await().indefinitely();
    assertThat(SdkProbe.requests()).isEmpty();
  }

  private static final class None implements Signer {
    @Override
    public Uni<Optional<Signature>> sign(byte[] statement) {
      return Uni.createFrom().item(Optional.empty());
    }

    @Override
    public boolean hasKey() {
      return false;
    }
  }
}
