// Manage root's SSH Keys, on every server of the fleet.

import { data } from './call.js';
import { button, busy, count, el, list, row, state, table, time } from './el.js';

const MOST_PAGES = 20;

/** All of a list that goes on, within bounds. */
async function all(name, part) {
  const found = [];
  let next;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await data(name, next ? [['api.cursor', next]] : []);
    found.push(...answer[part]);
    ({ next } = answer);
    if (!next) break;
  }
  return { found, more: Boolean(next) };
}

export async function show(content, { mine, load, reload }) {
  const [{ found: keys, more }, { found: drift, more: moreDrift }, { servers = [] }] = await Promise.all([
    all('fleet_key_list', 'keys'), mine.has('fleet_drift') ? all('fleet_drift', 'drift') : { found: [] }, mine.has('fleet_server_list') ? data('fleet_server_list') : {},
  ]);
  const byPrint = Map.groupBy ? Map.groupBy(keys, (one) => one.fingerprint) : group(keys);
  const opened = (name, ...given) => (event) => busy(event.target, async () => (await load('fleet'))[name](...given, reload));
  content.append(row(mine.has('fleet_key_scan') && button('Scan all servers now', opened('scan'), 'main'), button('Reload', reload)), el('p', {}, 'What the servers stated when they were last scanned. A server that was never scanned has no entries.'),
    table(`${byPrint.size}${more ? ' keys or more' : byPrint.size === 1 ? ' key' : ' keys'}, by fingerprint`, [
      ['Key', ([print, at]) => [several(at.map((one) => one.comment ?? 'no comment'), 'comment'), el('small', {}, at[0].type ?? 'of a type that cannot be read'), el('code', {}, print)]],
      ['Where', ([, at]) => several(at.map((one) => `${one.user} on ${one.server}, line ${one.line} of ${one.file}${one.options ? `, with ${one.options}` : ''}`), 'place')],
      ['Given by', ([, at]) => several(at.map((one) => one.given_by ?? one.acknowledged ?? ''), 'giver', (by) => (by ? state('good', by) : state('warn', 'not through Latchkey')))],
      ['Last login', ([, at]) => (at.some((one) => one.last_login) ? time(Math.max(...at.map((one) => one.last_login ?? 0))) : 'not known')],
      ['Scanned', ([, at]) => scanned(at)],
      ['Actions', ([print, at]) => mine.has('fleet_key_revoke') && el('button', { type: 'button', class: 'change', 'aria-label': `Revoke everywhere… ${print}`, on: { click: opened('revoke', print, at) } }, 'Revoke everywhere…')],
    ], [...byPrint]),
    table(`Drift: ${drift.length}${moreDrift ? ' or more' : ''} that nobody gave or acknowledged`, [
      ['What', (one) => one.what], ['Server', (one) => one.server], ['Details', (one) => [one.user && el('div', {}, `Logs in as ${one.user}, by ${one.file}`), one.details, one.last_login && el('div', {}, `Last login ${time(one.last_login)}`)]], ['First seen', (one) => time(one.first_seen)], ['Scanned', (one) => scanned([one])],
      ['Actions', (one) => mine.has('fleet_drift_acknowledge') && el('button', { type: 'button', 'aria-label': `Acknowledge… ${one.what} on ${one.server}`, on: { click: opened('acknowledge', one) } }, 'Acknowledge…')],
    ], drift));
  if (servers.length) {
    content.append(table(count(servers.length, 'server'), [
      ['Server', (one) => one.name], ['Owner', (one) => one.owner], ['Wanted state', (one) => [one.confirmed ? state('good', `confirmed, generation ${one.generation}`) : state('warn', `not confirmed yet, generation ${one.generation}`), one.firewall && el('div', {}, state('warn', `firewall: ${one.firewall}`))]],
      ['Last seen', (one) => time(one.seen_at)],
      ['Agent', (one) => (one.agent_version === null ? state('', 'not known yet') : state(one.agent_current ? 'good' : 'warn', `${one.agent_version}${one.agent_current ? '' : ', not this release’s version'}`))],
    ], servers));
  }
  load('fleet').catch(() => {}); // On its way.
}

/** When the oldest of these looks was, and what they could not read. */
function scanned(looks) {
  const unread = new Set(looks.flatMap((one) => one.unread ?? []));
  return [time(Math.min(...looks.map((one) => one.looked_at ?? 0))), ...[...unread].map((one) => el('div', {}, state('warn', `not read: ${one}`)))];
}

/** Each once, and folded where there are many. */
function several(texts, word, shown = (text) => text) {
  const nodes = [...new Set(texts)].map(shown);
  if (nodes.length < 2) return nodes;
  return nodes.length < 6 ? list(nodes) : el('details', {}, el('summary', {}, count(nodes.length, word)), list(nodes));
}

function group(keys) {
  const groups = new Map();
  keys.forEach((one) => groups.set(one.fingerprint, [...(groups.get(one.fingerprint) ?? []), one]));
  return groups;
}
