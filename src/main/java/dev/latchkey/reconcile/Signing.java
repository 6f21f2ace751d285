package dev.latchkey.reconcile;

import dev.latchkey.audit.Heads;
import dev.latchkey.audit.Heads.Head;
import dev.latchkey.audit.SealTable;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.signing.Signature;
import dev.latchkey.signing.Signer;
import dev.latchkey.signing.VerifyingKey;
import dev.latchkey.store.EachAlone;
import dev.latchkey.usage.Upkeep;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Signs the newest seals of the users whose chain has grown, {@value #MOST} a pass: one signature for all of them, and none
 * where nothing was sealed.
 */
@Singleton
class Signing implements Upkeep {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.reconciler");
  private static final int MOST = 500;
  private static final int AT_ONCE = 8;

  private final SealTable seals;
  private final Signer signer;
  private final Change change;
  private final Clock clock;
  private final Set<String> keptKeys = ConcurrentHashMap.newKeySet();

  @Inject
  Signing(SealTable seals, Signer signer, Change change, Clock clock) {
    this.seals = seals;
    this.signer = signer;
    this.change = change;
    this.clock = clock;
  }

  @Override
  public Uni<Void> run() {
    if (!signer.hasKey()) {
      return Uni.createFrom().voidItem();
    }
    return Uni.createFrom()
        .deferred(() -> seals.unsigned(MOST))
        .chain(found -> found.orFail(heads -> heads.isEmpty()
            ? Uni.createFrom().voidItem()
            : sign(new Heads(heads, clock.instant()))));
  }

  private Uni<Void> sign(Heads heads) {
    return signer
        .sign(heads.statement())
        .chain(signature -> signature
            .map(signed -> keepKey(signed).chain(() -> keep(heads, signed)))
            .orElseGet(() -> Uni.createFrom().voidItem()));
  }

  /** Once in the life of the process; what goes wrong with it holds no signature up, and is tried again with the next one. */
  private Uni<Void> keepKey(Signature signature) {
    return keptKeys.contains(signature.key())
        ? Uni.createFrom().voidItem()
        : signer
            .verifyingKey()
            .chain(known -> known.isEmpty() ? Uni.createFrom().voidItem() : keep(known.get()))
            .invoke(() -> keptKeys.add(signature.key()))
            .onFailure()
            .invoke(failure ->
                LOG.errorf(failure, "the public key of %s could not be kept", signature.key()))
            .onFailure()
            .recoverWithNull();
  }

  private Uni<Void> keep(VerifyingKey key) {
    return seals
        .key(key.id())
        .chain(there -> there.isPresent()
            ? Uni.createFrom().voidItem()
            : change.note(in -> seals.addKey(in, key, Changed::new)))
        .onFailure(Changed.class)
        .recoverWithNull();
  }

  private Uni<Void> keep(Heads heads, Signature signature) {
    return EachAlone.orFail(
        heads.all(),
        AT_ONCE,
        head -> keep(head, heads.line(head, signature)),
        (head, failure) -> {},
        "seals were not signed yet");
  }

  /** One that has grown meanwhile is signed with its next seal. */
  private Uni<Boolean> keep(Head head, String line) {
    return change
        .note(in -> seals.addSigned(in, head, line, Changed::new))
        .onFailure(Changed.class)
        .recoverWithNull()
        .replaceWith(true);
  }
}
