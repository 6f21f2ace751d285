// Manage root's SSH Keys, on every server of the fleet.

import { dialog, wouldDo } from './ask.js';
import { call, data } from './call.js';
import { button, busy, count, el, field, input, list, pause, row, say, state, table, time } from './el.js';

const EVERYWHERE = [['api.server', '*']];
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

/** One call for each fifty servers; [server, result, reason] of all. */
async function everywhere(name, given) {
  const done = [];
  let next;
  do {
    const answer = await call(name, [...given, ...EVERYWHERE, ...(next ? [['api.cursor', next]] : [])]);
    if (!answer.data.servers) return [...done, { server: done.length ? 'all other servers' : 'all servers', result: 0, reason: answer.reason, data: answer.late ? { waits_for: 'server' } : {} }];
    done.push(...answer.data.servers);
    ({ next } = answer.data);
  } while (next);
  return done;
}

export async function show(content, { mine, reload }) {
  const [{ found: keys, more }, { found: drift, more: moreDrift }, { servers = [] }] = await Promise.all([
    all('fleet_key_list', 'keys'), mine.has('fleet_drift') ? all('fleet_drift', 'drift') : { found: [] }, mine.has('fleet_server_list') ? data('fleet_server_list') : {},
  ]);
  const byPrint = Map.groupBy ? Map.groupBy(keys, (one) => one.fingerprint) : group(keys);
  const scan = button('Scan all servers now', () => busy(scan, async () => {
    say('The servers are being scanned…');
    const done = await everywhere('fleet_key_scan', []);
    const failed = done.filter((one) => one.result !== 1);
    await reload();
    say([`${count(done.length - failed.length, 'server')} scanned.`, ...failed.map((one) => `${one.server}: ${one.reason}`)].join(' '));
  }), 'main');
  content.append(row(mine.has('fleet_key_scan') && scan, button('Reload', reload)), el('p', {}, 'What the servers stated when they were last scanned. A server that never was has nothing here.'),
    table(`${byPrint.size}${more ? ' keys or more' : byPrint.size === 1 ? ' key' : ' keys'}, by fingerprint`, [
      ['Key', ([print, at]) => [several(at.map((one) => one.comment ?? 'no comment'), 'comment'), el('small', {}, at[0].type ?? 'of a type that cannot be read'), el('code', {}, print)]],
      ['Where', ([, at]) => several(at.map((one) => `${one.user} on ${one.server}, line ${one.line} of ${one.file}`), 'place')],
      ['Given by', ([, at]) => several(at.map((one) => one.given_by ?? one.acknowledged ?? ''), 'giver', (by) => (by ? state('good', by) : state('warn', 'not through Latchkey')))],
      ['Last login', ([, at]) => (at.some((one) => one.last_login) ? time(Math.max(...at.map((one) => one.last_login ?? 0))) : 'not known')],
      ['Scanned', ([, at]) => scanned(at)],
      ['Actions', ([print, at]) => mine.has('fleet_key_revoke') && el('button', { type: 'button', class: 'change', 'aria-label': `Revoke everywhere… ${print}`, on: { click: () => revoke(print, at, reload) } }, 'Revoke everywhere…')],
    ], [...byPrint]),
    table(`Drift: ${drift.length}${moreDrift ? ' or more' : ''} that nobody gave or acknowledged`, [
      ['What', (one) => one.what], ['Server', (one) => one.server], ['Details', (one) => one.details], ['First seen', (one) => time(one.first_seen)], ['Scanned', (one) => scanned([one])],
      ['Actions', (one) => mine.has('fleet_drift_acknowledge') && el('button', { type: 'button', 'aria-label': `Acknowledge… ${one.what} on ${one.server}`, on: { click: () => acknowledge(one, reload) } }, 'Acknowledge…')],
    ], drift));
  if (servers.length) {
    content.append(table(count(servers.length, 'server'), [
      ['Server', (one) => one.name], ['Owner', (one) => one.owner], ['Wanted state', (one) => (one.confirmed ? state('good', `confirmed, generation ${one.generation}`) : state('warn', `not confirmed yet, generation ${one.generation}`))],
      ['Last seen', (one) => time(one.seen_at)],
      ['Agent', (one) => (one.agent_version === null ? state('', 'not known yet') : state(one.agent_current ? 'good' : 'warn', `${one.agent_version}${one.agent_current ? '' : ', another than this release has'}`))],
    ], servers));
  }
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

/** For the whole fleet: whoever does it types the end of the fingerprint. */
function revoke(print, at, reload) {
  const end = print.slice(-4);
  const typed = field(`The last four characters of the fingerprint`, input({ maxlength: 4, required: true }), `Of ${print}.`);
  const why = field('Reason', input({ maxlength: 200 }), 'For the audit, and for whoever meets the key.');
  const what = el('div', {}, `It logs in as ${at.map((one) => `${one.user} on ${one.server}`).join(', ')}. Each server of yours keeps it out from now on.`);
  const given = () => [['fingerprint', print], ...(why.control.value ? [['reason', why.control.value]] : [])];
  dialog('Revoke a key on all servers', (close) => {
    const make = el('button', { class: 'main change' }, 'Revoke everywhere');
    make.disabled = true;
    typed.control.addEventListener('input', () => { make.disabled = typed.control.value !== end; });
    const dry = button('Dry run', () => busy(dry, async () => what.replaceChildren(await wouldDo('fleet_key_revoke', [...given(), ...EVERYWHERE]))));
    const form = el('form', { on: { submit: (event) => {
      event.preventDefault();
      if (typed.control.value === end) busy(make, () => proven());
    } } }, what, typed, why, row(dry, make, button('Close', () => { close(); reload(); })));
    /** Asked again, which is harmless, as long as a server is only late. */
    async function proven() {
      for (let round = 1; form.isConnected; round++) {
        what.replaceChildren(el('p', {}, el('progress', { 'aria-label': 'Revoking' }), ' Revoking…'));
        const done = await everywhere('fleet_key_revoke', [...given(), ['api.wait', 10]]);
        const open = done.filter((one) => one.result !== 1);
        what.replaceChildren(el('ul', {}, done.map((one) => el('li', {}, state(one.result === 1 ? 'good' : 'warn', `${one.server}: ${one.result === 1 ? 'proven gone' : one.reason}`)))));
        if (!open.length) return say(`Proven gone from ${count(done.length, 'server')}.`);
        const isLate = open.some((one) => one.data?.waits_for === 'server');
        say(`Not proven yet: ${open.map((one) => one.server).slice(0, 5).join(', ')}${open.length > 5 ? ` and ${open.length - 5} more` : ''}. ${isLate ? 'They are asked again.' : 'Somebody has to look; see why above. Their orders stand and are repeated.'}`);
        if (!isLate) return undefined;
        await pause(Math.min(round * 2, 30) * 1000);
      }
      return undefined;
    }
    return form;
  });
}

function acknowledge(one, reload) {
  const why = field('Why it may be there', input({ maxlength: 200, required: true }));
  dialog(`Acknowledge ${one.what} on ${one.server}`, (close) => {
    const make = el('button', { class: 'main change' }, 'Acknowledge');
    return el('form', { on: { submit: (event) => {
      event.preventDefault();
      busy(make, async () => {
        await data('fleet_drift_acknowledge', [['what-1', one.what], ['reason', why.control.value], ['api.server', one.server]]);
        close();
        await reload();
        say('Acknowledged.');
      });
    } } }, why, row(make, button('Cancel', () => close())));
  });
}
