package dev.latchkey.signing;

import dev.latchkey.store.RequestCount;
import dev.latchkey.text.Sha256;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/** AWS Key Management Service, from which no key can be read: the one class that knows its SDK. */
@Singleton
class KmsSigner {
  private final Instance<KmsAsyncClient> client;

  @Inject
  KmsSigner(Instance<KmsAsyncClient> client) {
    this.client = client;
  }

  /** Sends the digest, as KMS takes no more than 4,096 bytes of a message. */
  Uni<Signature> sign(String key, byte[] statement) {
    return RequestCount.send(() -> client
            .get()
            .sign(request -> request
                .keyId(key)
                .messageType(MessageType.DIGEST)
                .message(SdkBytes.fromByteArray(Sha256.of(statement)))
                .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)))
        .map(signed -> Signature.of(signed.keyId(), signed.signature().asByteArray()));
  }

  Uni<VerifyingKey> verifyingKey(String key) {
    return RequestCount.send(() -> client.get().getPublicKey(request -> request.keyId(key)))
        .map(known -> VerifyingKey.of(known.keyId(), known.publicKey().asByteArray()));
  }
}
