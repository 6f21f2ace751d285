// A ticket: who may log in where, what can be done about it, and what came of it.

import { call, secrets } from './call.js';
import { busy, button, copy, countdown, el, pause, row, say, span, state, table, time } from './el.js';

export const keep = (id, secret) => secrets.set(String(id), secret);
export const isOwn = (one) => secrets.has(String(one.ticket_id));
export const stands = (one) => one.auth_status !== 'NOT_AUTHED' || Boolean(one.expires_at || one.ending || one.held);

function access(one) {
  if (one.held) return state('warn', 'on hold since a restore; whether the vendor can log in is not known. ticket_hold_end decides');
  if (one.ending) return state('warn', `being taken away (${one.ending}), not proven gone yet`);
  if (one.auth_status === 'AUTHED') return state('good', 'AUTHED: the vendor can log in');
  if (one.auth_status === 'EXPIRED') return state('warn', 'EXPIRED: its time is over, not proven gone yet');
  return one.expires_at ? state('warn', 'NOT_AUTHED: granted, but the server has not stated that it lets the vendor in. Test says why') : state('', 'NOT_AUTHED: no access');
}

/** Says what goes on and for how long, until somebody stops it or leaves; then what came of it. */
async function watch(place, sentence, work) {
  const since = performance.now();
  const words = el('span', {}, sentence);
  let stop;
  const stopped = new Promise((resolve) => { stop = () => resolve(true); });
  let rounds = 0;
  place.replaceChildren(el('p', {}, el('progress', { 'aria-label': sentence }), ' ', words), row(button('Stop watching', stop)));
  say(sentence);
  const tell = (heading, ...lines) => {
    if (!words.isConnected) return;
    const title = el('h3', { tabindex: '-1' }, heading);
    place.replaceChildren(title, ...lines.filter(Boolean));
    title.focus({ preventScroll: true });
    say(heading.textContent);
  };
  /** Waits, longer each time. */
  const goesOn = async (text) => {
    words.textContent = `${text} ${span((performance.now() - since) / 1000)} so far.`;
    return !await Promise.race([stopped, pause(Math.min(++rounds * 2, 30) * 1000)]) && words.isConnected;
  };
  try {
    await work({ goesOn, tell });
  } catch (failure) {
    if (failure.signedOut) throw failure;
    tell(state('warn', 'The result is not known'), el('p', {}, failure.message));
  }
}

export function ticket(first, { mine, go, load, reload }) {
  const id = String(first.ticket_id);
  const isOpen = first.ticket_status === 'OPEN';
  let turn = 0;
  const servers = el('div', {});
  const results = el('div', {});
  const places = new Map();
  const card = {
    load,
    /** A server may have several accounts of a ticket. */
    key: (at) => `${at.server_num} ${at.ssh_username}`,
    /** How the doors of each stood when its server last stated them to this page. */
    doors: new Map(),
    on: (at) => [['ticket_id', id], ['server_num', at.server_num]],
    secret: () => secrets.get(id),
    keep: (secret) => keep(id, secret),
    watch(at, sentence, work) {
      const key = card.key(at);
      if (!places.has(key)) places.set(key, el('div', {}));
      results.append(places.get(key));
      return watch(places.get(key), sentence, work);
    },
    /** @return the answer, and the ticket's servers, none where it is gone or nobody knows */
    async refresh() {
      const own = ++turn;
      const answer = await call('ticket_list', [['ticket_id', id]]);
      const one = answer.data.auths?.[0];
      if (own !== turn); // An older answer hides no newer one.
      else if (one) shown(one);
      else if (answer.result === 1) servers.replaceChildren('The ticket is closed; no server states access of it.');
      else servers.append(state('warn', `What is above is not up to date: ${answer.reason}`));
      return { ...answer, servers: one?.servers ?? [] };
    },
  };
  const opened = (event, name, open) => busy(event.target, async () => open(await load(name)));
  function shown(one) {
    servers.replaceChildren(table('', [
      ['Server', (at) => [at.server_name, at.ssh_command && el('small', {}, at.ssh_command)]],
      ['User', (at) => at.ssh_username],
      ['Access', (at) => [access(at), at.expires_at && el('div', {}, `Until ${time(at.expires_at)}`), at.expires_at && countdown(at.expires_at, () => setTimeout(card.refresh, 2000)), card.doors.get(card.key(at))]],
      ['Granted by', (at) => (at.granted_by ? `${at.granted_by}, token ${at.granted_by_token}` : '–')],
      ['Actions', (at) => row(
        isOpen && mine.has('ticket_grant') && button('Grant…', (event) => opened(event, 'grant', ({ grant }) => grant(card, at)), 'main'),
        mine.has('ticket_ssh_test') && button('Test', (event) => opened(event, 'test', ({ test }) => test(card, at))),
        mine.has('ticket_revoke') && stands(at) && button('Revoke…', (event) => opened(event, 'revoke', ({ revoke }) => revoke(card, at)), 'change'))],
    ], one.servers));
    servers.querySelectorAll('tbody button').forEach((one) => one.setAttribute('aria-label', `${one.textContent} ticket ${id} on ${one.closest('tr').cells[0].firstChild.textContent}`));
  }
  shown(first);
  return el('section', { 'aria-labelledby': `ticket-${id}` },
    el('h2', { id: `ticket-${id}`, tabindex: '-1' }, `Ticket ${id}: ${first.ticket_subject} (${first.ticket_status})`),
    isOwn(first) && el('p', {}, 'Only this page knows its secret. ', button('Copy the secret', () => copy(secrets.get(id)))), servers, results,
    row(mine.has('ticket_receipt') && button(`Receipt of ${id}`, () => go('grant_cpanel_support_access', `?receipt=${id}`)),
      mine.has('ticket_close') && isOpen && button(`Close ${id}`, (event) => opened(event, 'close', ({ close }) => close([id], `Close ticket ${id}`, reload)), 'change')));
}
