package dev.latchkey.reseller;

import dev.latchkey.access.Profile;
import dev.latchkey.access.UserTable;
import dev.latchkey.api.Call;
import dev.latchkey.api.Parameter;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** The reseller that a call is about, and its change, which the next call of each of its credentials meets. */
@Singleton
class Resellers {
  private final UserTable users;
  private final Change change;

  @Inject
  Resellers(UserTable users, Change change) {
    this.users = users;
    this.change = change;
  }

  /**
   * @param by the parameter that names it
   * @throws dev.latchkey.api.WhmFailure when there is none, or it is the caller: nobody frees or loses himself
   */
  Uni<Profile> find(Call call, Parameter<?> by, ResellerName name) {
    if (call.caller().user().name().equals(name.value())) {
      throw by.refused("“" + name + "” is you; root can do that to you, and you cannot.");
    }
    return users
        .known(name.value())
        .map(known -> known.profile().orElseThrow(() -> ResellerParameters.unknown(by, name)));
  }

  /** The same of one that is not being removed. */
  Uni<Profile> findLasting(Call call, Parameter<?> by, ResellerName name) {
    return find(call, by, name).map(found -> {
      if (found.isEnding()) {
        throw by.refused(
            "“" + name
                + "” is being removed, and stays suspended; the call that began it, made again, goes on.");
      }
      return found;
    });
  }

  /** @param sentence for the reseller's own audit */
  Uni<Profile> change(Call call, Profile before, Profile after, String sentence) {
    return change
        .commit(
            call,
            before.user().name(),
            sentence,
            in -> users.change(in, before, after, Changed::new))
        .replaceWith(after);
  }
}
