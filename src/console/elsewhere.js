// The same call for elsewhere: as a URL, for curl, and for the command line under both its names.

import { blanked, user } from './call.js';
import { button, copy, el, row } from './el.js';

const quoted = (text) => (/^[\w.,:/@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** As latchkey reads it: a value that begins with @ would be a file. */
const word = (key, value) => quoted(String(value).startsWith('@') ? `${key}:=${JSON.stringify(value)}` : `${key}=${value}`);

/** A secret is in a file of its name. */
function forms(name, pairs) {
  const isSecret = ([key, value]) => blanked(key, value) !== value;
  const words = (open, secret) => pairs.map((one) => ` ${isSecret(one) ? secret(one[0]) : open(...one)}`).join('');
  const at = `${location.origin}/json-api/${name}`;
  const by = `LATCHKEY_URL=${location.origin} LATCHKEY_TOKEN_FILE=token`;
  return {
    URL: `${at}?${new URLSearchParams([['api.version', '1'], ...pairs.map(([key, value]) => [key, String(blanked(key, value))])])}`,
    curl: `curl -H @header -d api.version=1${words((key, value) => `--data-urlencode ${quoted(`${key}=${value}`)}`, (key) => `--data-urlencode ${key}@${key}`)} ${at}`,
    latchkey: `${by} latchkey ${name}${words(word, (key) => `${key}=@${key}`)}`,
    whmapi1: pairs.some(isSecret) ? '# whmapi1 takes a secret as an argument, which others on the machine can read: use latchkey'
      : `${by} whmapi1 ${name}${words((key, value) => quoted(`${key}=${encodeURIComponent(value)}`))}`,
  };
}

export function elsewhere(name, pairs) {
  const who = user() || 'USER';
  return [
    el('p', {}, `They read files without a line break at the end: header with “Authorization: whm ${who}:TOKEN”, token with “${who}:TOKEN”, and for each secret one that has its name.`),
    ...Object.entries(forms(name, pairs)).map(([kind, text]) => el('div', {}, row(el('b', {}, kind), button(`Copy ${kind}`, () => copy(text))), el('pre', {}, text))),
  ];
}
