package dev.latchkey.session;

import static dev.latchkey.api.Permission.CHANGE_SESSIONS;

import dev.latchkey.access.Caller;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.SecurityToken;
import dev.latchkey.access.Session;
import dev.latchkey.access.SessionId;
import dev.latchkey.access.SessionLink;
import dev.latchkey.access.SessionTable;
import dev.latchkey.access.User;
import dev.latchkey.access.UserTable;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.data.Data;
import dev.latchkey.settings.Settings;
import dev.latchkey.text.Quoted;
import dev.latchkey.wire.ConsolePages;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** WHM API 1, create_user_session: a link that opens a session, once. */
@Singleton
@Path(CreateUserSession.NAME)
public final class CreateUserSession extends WhmFunction {
  static final String NAME = "create_user_session";

  private static final Parameter<String> USER = Parameter.required(
      "user",
      ParameterType.TEXT,
      "As whom the session acts: you, and for a token of root’s with “all” any user.");

  private static final Parameter<String> SERVICE = Parameter.required(
      "service",
      ParameterType.text(CreateUserSession::service).choosing("whostmgrd"),
      "Always whostmgrd.");

  private static final Parameter<String> APP = Parameter.orEmpty(
      "app",
      "The page that the link leads to, one of " + String.join(", ", ConsolePages.NAMES)
          + "; any other is the front page.");

  private static final Parameter<String> LOCALE =
      Parameter.orEmpty("locale", "Accepted and not used: all pages are in English.");

  private static final Parameter<Optional<String>> PREFERRED_DOMAIN = Parameter.optional(
      "preferred_domain",
      ParameterType.text(CreateUserSession::domain),
      "The host name of the link; by default the one that this call was sent to.");

  private static final Parameter<Optional<String>> SECURITY_TOKEN = Parameter.optional(
      "cp_security_token",
      ParameterType.TEXT,
      "Refused: the security token is made here, at random.");

  private static final Parameter<Optional<String>> PROMPT_TOKEN = Parameter.optional(
      "promptToken", ParameterType.TEXT, "Refused: no prompt follows the login.");

  private final SessionTable sessions;
  private final UserTable users;
  private final LimitTable limits;
  private final Change change;
  private final SecureRandom random;
  private final String hostname;

  @Inject
  CreateUserSession(
      SessionTable sessions,
      UserTable users,
      LimitTable limits,
      Change change,
      SecureRandom random,
      Settings settings) {
    super(Declaration.of(NAME, "Makes a link that opens a session without a password, once.")
        .numbered(71)
        .requires(Privilege.CREATE_USER_SESSION)
        .changes()
        .needs(CHANGE_SESSIONS)
        .takes(USER, SERVICE, APP, LOCALE, PREFERRED_DOMAIN, SECURITY_TOKEN, PROMPT_TOKEN)
        .answers(
            Field.text(
                    "cp_security_token",
                    "What stands before the path of the session's calls, with a slash.")
                .secret(),
            Field.time("expires", "When the link stops working, 5 minutes from now."),
            Field.text("service", "Always whostmgrd."),
            Field.text("session", "The id of the link; the session gets another one when it opens.")
                .secret(),
            Field.text("url", "The link.").secret()));
    this.sessions = sessions;
    this.users = users;
    this.limits = limits;
    this.change = change;
    this.random = random;
    this.hostname = settings.hostname();
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var name = USER.from(call);
    SERVICE.from(call);
    refuseGiven(SECURITY_TOKEN, call, "it is made here, at random");
    refuseGiven(PROMPT_TOKEN, call, "no prompt follows the login");
    var origin = PREFERRED_DOMAIN.from(call).map(host -> "https://" + host).orElse(origin(call));
    refuseBeyondCaller(name, call.caller());
    return users.find(name).chain(found -> {
      var user = found.orElseThrow(
          () -> WhmFailure.refused("You do not have a user named “" + Quoted.of(name) + "”."));
      if (user.suspended()) {
        throw USER.refused("“" + name + "” is suspended, so no session of it would be served.");
      }
      return make(call, user, origin);
    });
  }

  private Uni<Answer> make(Call call, User user, String origin) {
    var id = SessionId.generate(user.name(), random);
    var token = SecurityToken.generate(random);
    var link = new SessionLink(session(call, user, id), APP.from(call));
    var expires = call.at().plus(Session.LINK).truncatedTo(ChronoUnit.SECONDS);
    var sentence = "link %s to a session as “%s”, until %s"
        .formatted(link.session().id(), user.name(), expires);
    return Change.retrying(() -> limits.within(
            user.name(),
            Limited.SESSIONS,
            () -> sessions.count(user.name(), call.at()),
            () -> change.commit(call, user.name(), sentence, in -> {
              sessions.create(in, link, id, token, expires);
              limits.add(in, user.name(), Limited.SESSIONS);
              if (!user.name().equals(call.caller().user().name())) {
                users.checkUnchanged(in, user, () -> changed(user));
              }
            })))
        .replaceWith(() -> Answer.of(Data.hash()
                .with("cp_security_token", token.path())
                .with("expires", expires.getEpochSecond())
                .with("service", "whostmgrd")
                .with("session", id.reveal())
                .with("url", origin + token.path() + "/login/?session=" + encoded(id.reveal())))
            .because("Created session"));
  }

  /** Of a user who is being removed nothing is made that would outlive it. */
  private static WhmFailure changed(User user) {
    return USER.refused(
        "“" + user.name() + "” was changed meanwhile; nothing was done, try again.");
  }

  /** The link is in no table, and so in no second answer. */
  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    return Uni.createFrom()
        .item(Answer.failed("Request " + first.request() + " made a link at " + first.at()
            + ", which was shown once, in that answer; make another one with another key."));
  }

  /** A session that makes links does not live longer by them. */
  private static Session session(Call call, User user, SessionId id) {
    var caller = call.caller();
    var longest = call.at().plus(Session.LONGEST);
    var endsAt = caller
        .session()
        .map(Session::endsAt)
        .filter(end -> end.isBefore(longest))
        .orElse(longest);
    return new Session(
        user.name(),
        id.digest(),
        caller.opener().name(),
        caller.credential().digest(),
        caller.credential().name(),
        caller.scope().privileges().and(user.privileges()),
        endsAt.truncatedTo(ChronoUnit.SECONDS),
        call.request());
  }

  /** What a session may do, its token may: without {@code all} root's reaches no more of others than any. */
  private static void refuseBeyondCaller(String user, Caller caller) {
    var own = caller.user().name();
    if (user.equals(own)) {
      return;
    }
    if (!own.equals(User.ROOT)) {
      throw USER.refused("only root makes sessions of others; send user=" + own + ".");
    }
    if (!caller.holds(Privilege.ALL)) {
      throw USER.refused(
          "a session of another user requires the privilege “all”, which the token of this call does not have; send user="
              + own + ".");
    }
  }

  private static void refuseGiven(
      Parameter<Optional<String>> parameter, Call call, String because) {
    if (parameter.from(call).isPresent()) {
      throw parameter.refused("is not taken: " + because + "; leave it out.");
    }
  }

  private String origin(Call call) {
    return call.origin()
        .filter(called -> called.matches("https?://[A-Za-z0-9.:\\[\\]-]{1,255}"))
        .orElse("https://" + hostname);
  }

  private static String service(String text) {
    if (text.equals("whostmgrd")) {
      return text;
    }
    throw new IllegalArgumentException("“" + Quoted.of(text)
        + "” is not served: only WHM is served here; send service=whostmgrd.");
  }

  private static String domain(String text) {
    if (text.matches("[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")) {
      return text;
    }
    throw new IllegalArgumentException(
        "“" + Quoted.of(text) + "” is not a host name; an example is whm.example.com.");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
