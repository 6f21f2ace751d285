// Calls of the API. The token is in this module and nowhere else: not in storage, not in a URL, gone with the page.

let token = '';
let prefix = (/^\/cpsess\d{10}(?=\/)/.exec(location.pathname) ?? [''])[0];
let lastCall = 0;
/** What its answers say of the token. */
export let warnings = [];
/** How far the server's clock is ahead of this computer's, in milliseconds. */
let ahead = 0;

/** What was called, newest first; secrets are blanked before they get here. */
export let history = [];
/** Of tickets that were opened or granted here, by number. */
export const secrets = new Map();
export const BLANK = '…';
/** What any function takes or shows that is secret, as declared. */
const SECRETS = ['code', 'cp_security_token', 'passphrase', 'secure_id', 'session', 'token', 'url'];
const isSecret = (name = '') => SECRETS.includes(name.replace(/-\d+$/, ''));
/** A value as it may be shown; a command of a batch has arguments of its own. */
export function blanked(key, value) {
  if (isSecret(key)) return BLANK;
  return /^command(-|$)/.test(key) ? value.replace(/([?&][^=&]*)=[^&]*/g, (all, name) => (isSecret([...new URLSearchParams(name.slice(1)).keys()][0]) ? `${name}=${BLANK}` : all)) : value;
}
export const SILENT = 'The server does not answer: whether the call arrived is not known.';

export const base = () => (prefix ? `${prefix}/` : '/console/');
export const api = () => `${prefix}/json-api/`;
export const inSession = () => prefix !== '' && token === '';
export const user = () => (token ? token.split(':')[0] : '');
export const isSignedIn = () => token !== '' || prefix !== '';
/** Seconds since 1970 by the server's clock: that of this computer may be wrong. */
export const now = () => (Date.now() + ahead) / 1000;
/** Seconds until a session ends at the latest that makes no call. */
export const sessionLeft = () => Math.max(0, 900 - (Date.now() - lastCall) / 1000);

/** A credential ends, and what its user did and knew is not the next one's. */
function forget() {
  token = prefix = '';
  history = [];
  warnings = [];
  secrets.clear();
}

/** With a token, as USER:TOKEN, or in the session of a path. */
export function enter(given, path) {
  forget();
  token = given;
  prefix = path;
}

/** @return whether the server knows: without it, a session ends by its time */
export async function signOut() {
  const isTold = !inSession() || await fetch(`${prefix}/logout`, { method: 'POST', body: new URLSearchParams({ login_only: '1' }), cache: 'no-store' }).then(({ status }) => status < 429, () => false);
  forget();
  return isTold;
}

/** No credential, or none that is good any more. */
export class SignedOut extends Error {
  signedOut = true;
}

/** A refusal, with what the API said. */
export class Refused extends Error {
  constructor(answer) {
    super(answer.reason);
    this.answer = answer;
  }
}

/**
 * @param given [name, value] pairs
 * @return {result, reason, data, metadata, id, ms, status, raw, late}; it fails for nothing but a credential. “late” says that the
 *     API itself has not answered: the network, a gateway, or a fault that passes
 */
export async function call(name, given = []) {
  const body = new URLSearchParams([['api.version', '1'], ...given.map(([key, value]) => [key, String(value)])]);
  const begin = performance.now();
  const notes = history;
  let [answer, text] = [undefined, ''];
  try {
    const headers = token ? { Authorization: `whm ${token}` } : {};
    answer = await fetch(api() + encodeURIComponent(name), { method: 'POST', body, headers, cache: 'no-store', redirect: 'error', credentials: token ? 'omit' : 'same-origin', signal: AbortSignal.timeout(60_000) });
    text = await answer.text();
    lastCall = Date.now();
    const date = Date.parse(answer.headers.get('Date'));
    if (date) ahead = Math.abs(date - lastCall) < 2000 ? 0 : date - lastCall;
  } catch {
    answer = undefined;
  }
  // Whoever asked has left: nobody else is to see it, or to be signed out by it.
  if (notes !== history) return new Promise(() => {});
  if (answer?.status === 403) {
    forget();
    throw new SignedOut('Access denied: the token or session is not valid, or not any more.');
  }
  const status = answer?.status ?? 0;
  let json = {};
  try { json = JSON.parse(text); } catch { /* A gateway's page, shown raw. */ }
  const metadata = json.metadata ?? {};
  if (json.metadata) warnings = metadata.warnings ?? [];
  const made = {
    result: metadata.result ?? 0, reason: metadata.reason ?? (answer ? `HTTP ${status}: ${json.message ?? text.slice(0, 200)}` : SILENT), metadata, data: json.data ?? {},
    id: answer?.headers.get('X-Request-Id') ?? '', ms: Math.round(performance.now() - begin), status, raw: json.metadata ? json : text, late: !answer || status === 429 || status >= 500,
  };
  notes.unshift({ name, given: given.map(([key, value]) => [key, blanked(key, value)]), id: made.id, result: made.result, reason: made.reason, ms: made.ms, at: now() });
  notes.length = Math.min(notes.length, 50);
  return made;
}

/** The data of an answer; a refusal is an error. */
export async function data(name, given = []) {
  const answer = await call(name, given);
  if (answer.result !== 1) throw new Refused(answer);
  return answer.data;
}
