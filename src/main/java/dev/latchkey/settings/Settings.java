package dev.latchkey.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What an operator can set, as {@code -Dlatchkey.NAME=VALUE} or as the environment variable {@code LATCHKEY_NAME}. */
@ConfigMapping(prefix = Settings.PREFIX)
public interface Settings {
  String PREFIX = "latchkey";

  /** The DynamoDB table that holds everything. */
  @WithDefault("latchkey")
  String table();

  /** The WHM version that {@code version} reports; clients compare with it. */
  @WithDefault("11.138.0.6")
  String version();

  /** What {@code gethostname} answers: the name under which the API is reached. */
  @WithDefault("localhost")
  String hostname();

  /** What {@code api_token_update} does with a parameter that is not named: {@code keep} it, or {@code reset} it. */
  @WithDefault("keep")
  UpdateOmitted updateOmitted();

  /** Under this domain the first label of the host name that a client calls names the server: {@code web01.DOMAIN}. */
  Optional<String> serversDomain();

  /** Proxies of your own in front, as IP addresses or CIDR ranges separated by commas, at most 100: only from these {@code X-Forwarded-For} says who calls. */
  Optional<List<String>> trustedProxies();

  /** Servers that get a new agent at once, by name, separated by commas, at most 50; all others then get it a day later. Without one, all get it at once. */
  Optional<List<String>> earlyServers();

  /** For how long a look by {@code fleet_server_check} or {@code ticket_whitelist_check} answers others too, which spares the server; {@code 0S} for never. */
  @WithDefault("5S")
  Duration sharedLook();

  /** Only these functions are answered, separated by commas, {@code login} and {@code console} among them; a server answers all by default, a Lambda none. */
  Optional<List<String>> functions();

  /** Whether agents reach some functions as tools of the Model Context Protocol, at {@code /mcp}, where {@code batch} is answered. */
  @WithDefault("false")
  boolean mcp();

  /** Whether the console is served, at {@code /}; by default a server has it, and a Lambda does not. */
  Optional<Boolean> console();

  /** The one internal function that this process is, {@code reconcile} or {@code bootstrap}; no client can reach it. */
  Optional<String> internal();

  /** Whether a Lambda turns away what comes through API Gateway or from EventBridge, as while the table is restored. */
  @WithDefault("false")
  boolean closed();

  /** Whether each call also writes an item of its own, with its token, function and time; calls are counted without it. */
  @WithDefault("false")
  boolean usageRecords();

  /** Functions that change nothing and whose answers are noted in the audit all the same, separated by commas: once a token, function and hour, with a count. */
  Optional<List<String>> auditReads();

  /** How much there may be of what would otherwise grow without end. */
  Limits limits();

  /** What a deployment allows at most. */
  interface Limits {
    /** The most API tokens of one user, expired ones included. */
    @WithDefault("1000")
    int tokens();

    /** The most open tickets of one user. */
    @WithDefault("1000")
    int tickets();

    /** The most servers of one user. */
    @WithDefault("1000")
    int servers();

    /** The most resellers. */
    @WithDefault("1000")
    int resellers();

    /** The most sessions of one user at a time, links that nobody has opened yet included. */
    @WithDefault("100")
    int sessions();

    /** The most grants on one server at a time, proven gone ones not counted; an order carries no more than 40. */
    @WithDefault("40")
    int grants();
  }

  /** How long a token lasts at most, such as {@code P90D}, one day or more: one that is made or changed without {@code expires_at} gets that end, which {@code api_token_rotate} renews. Without one, tokens last for ever. Tokens that Bootstrap makes are exempt. */
  Optional<Duration> tokenMaxAge();

  /** For how long a token that has expired stays listed, such as {@code P90D}; then it is removed. */
  @WithDefault("P90D")
  Duration expiredTokensKept();

  /** How often the reconciler looks at who may come in to every server, for {@code fleet_key_list} and {@code fleet_drift}, such as {@code P1D}; {@code 0S} for never, so that only {@code fleet_key_scan} does. */
  @WithDefault("P1D")
  Duration accessLooks();

  /** What calls cost, in the bill that {@code usage_report} shows; see {@code docs/functions.md} for each function's class. */
  Prices prices();

  interface Prices {
    /** The currency of all prices, three capital letters of ISO 4217. */
    @WithDefault("USD")
    String currency();

    /** One call of a function that only reads, such as {@code 0.0005}. */
    @WithDefault("0")
    String read();

    /** One call of a function that changes something. */
    @WithDefault("0")
    String change();

    /** One call of a function that asks servers or sends them orders. */
    @WithDefault("0")
    String servers();
  }

  /** The key that signs the bills of closed months and the seals of the audit; without one, they are not signed. */
  Signing signing();

  interface Signing {
    /** A file with a private key on the curve P-256 in PEM (PKCS #8), and after it the public key. */
    Optional<String> keyFile();

    /** The ARN of a key of AWS KMS that signs instead, {@code ECC_NIST_P256}, which nobody can read. */
    Optional<String> kmsKey();
  }

  /** Where sealed entries of the audit are copied to; by default nowhere. */
  Stream stream();

  interface Stream {
    /** The bucket of S3, with Object Lock, that the reconciler writes sealed audit entries to; the role allows that one alone. */
    Optional<String> bucket();

    /** Where S3 is, such as an emulator's address; by default that of the region. */
    Optional<URI> endpoint();

    /** A folder that takes sealed audit entries instead. */
    Optional<String> folder();
  }

  /** The EventBridge event bus that is told what happens, by name, or {@code log} for lines of the log; without one, nothing is told, written or asked. */
  Optional<String> events();

  /** Where EventBridge is, such as an emulator's address; by default that of the region. */
  Optional<URI> eventsEndpoint();

  /** Our documents in Systems Manager. */
  Ssm ssm();

  interface Ssm {
    /** The name of the command document that carries out an order. */
    @WithDefault("Latchkey-Order")
    String orderDocument();

    /** The name of the command document that installs the agent. */
    @WithDefault("Latchkey-Install")
    String installDocument();

    /** The version of both documents that is run. */
    @WithDefault("1")
    String documentVersion();

    /** How long after an order its result is asked for first; Systems Manager needs about a second for the fastest. */
    @WithDefault("1S")
    Duration firstLook();
  }

  /** What a parameter that is not named means in {@code api_token_update}. */
  enum UpdateOmitted {
    KEEP,
    /** As WHM's documentation says word for word: all that the caller can give. */
    RESET
  }
}
