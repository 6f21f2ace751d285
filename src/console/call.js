// Calls of the API. The token is in this module and nowhere else: not in storage, not in a URL, gone with the page.

let token = '';
let prefix = (/^\/cpsess\d{10}(?=\/)/.exec(location.pathname) ?? [''])[0];
let lastCall = 0;

/** What was called, newest first; secrets are blanked before they get here. */
export const history = [];
export const BLANK = '…';
const SECRETS = ['secure_id', 'token', 'key', 'pass', 'session'];

export const base = () => (prefix ? `${prefix}/` : '/console/');
export const api = () => `${prefix}/json-api/`;
export const inSession = () => prefix !== '' && token === '';
export const user = () => (token ? token.split(':')[0] : '');
export const isSignedIn = () => token !== '' || prefix !== '';
/** Seconds until a session ends that makes no call. */
export const sessionLeft = () => Math.max(0, 900 - (Date.now() - lastCall) / 1000);

/** @param given USER:TOKEN */
export function signIn(given) {
  token = given;
  prefix = '';
}

/** A session of the token: the cookie is the browser's, and no script reads it. */
export async function openSession(given) {
  const at = given.indexOf(':');
  const body = new URLSearchParams({ user: given.slice(0, at), pass: given.slice(at + 1), login_only: '1' });
  const answer = await fetch('/login', { method: 'POST', body, cache: 'no-store' });
  const json = await answer.json();
  if (json.status !== 1) throw new Error(json.message === 'invalid_login' ? 'The token is not valid, or not from here.' : json.message);
  token = '';
  prefix = json.security_token;
}

export async function signOut() {
  if (inSession()) await fetch(`${prefix}/logout`, { method: 'POST', body: new URLSearchParams({ login_only: '1' }), cache: 'no-store' });
  token = prefix = '';
  history.length = 0;
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
 * @return {result, reason, data, metadata, id, ms, status, raw}; it never fails for a refusal
 */
export async function call(name, given = [], secret = []) {
  const body = new URLSearchParams([['api.version', '1'], ...given.map(([key, value]) => [key, String(value)])]);
  const begin = performance.now();
  const used = token;
  const answer = await fetch(api() + encodeURIComponent(name), {
    method: 'POST', body, cache: 'no-store', redirect: 'error',
    credentials: token ? 'omit' : 'same-origin',
    headers: token ? { Authorization: `whm ${token}` } : {},
  }).catch(() => { throw new Error('The server does not answer; nothing is known of this call.'); });
  const text = await answer.text();
  lastCall = Date.now();
  if (answer.status === 403 && used === token) {
    token = prefix = '';
    throw new SignedOut('Access denied: the token or session is not valid, or not any more.');
  }
  let json = {};
  try { json = JSON.parse(text); } catch { /* A gateway's page, shown raw. */ }
  const metadata = json.metadata ?? {};
  const made = {
    result: metadata.result ?? 0, reason: metadata.reason ?? `HTTP ${answer.status}: ${json.message ?? text.slice(0, 200)}`, metadata, data: json.data ?? {},
    id: answer.headers.get('X-Request-Id') ?? '', ms: Math.round(performance.now() - begin), status: answer.status, raw: json.metadata ? json : text,
  };
  const hidden = new Set([...SECRETS, ...secret]);
  history.unshift({ name, given: given.map(([key, value]) => [key, hidden.has(key) ? BLANK : value]), id: made.id, result: made.result, reason: made.reason, ms: made.ms, at: Date.now() / 1000 });
  history.length = Math.min(history.length, 50);
  return made;
}

/** The data of an answer; a refusal is an error. */
export async function data(name, given = [], secret = []) {
  const answer = await call(name, given, secret);
  if (answer.result !== 1) throw new Refused(answer);
  return answer.data;
}

/** What a change would do, in lines. */
export async function wouldDo(name, given, secret) {
  const { would = [], servers = [] } = await data(name, [...given, ['api.dry_run', 1]], secret);
  return [
    ...would.map((one) => one.audit),
    ...servers.flatMap((one) => (one.known ? one.would.map((step) => `${one.server}: ${step.change}`) : [`${one.server}: not known beforehand. ${one.reason}`])),
  ];
}

let declared;
/** The functions by name, as they declare themselves. */
export async function functions() {
  declared ??= fetch('/console/functions.json').then((answer) => answer.json())
    .then((json) => new Map(json.functions.map((one) => [one.name, one])));
  return declared;
}
