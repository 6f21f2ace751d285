// Lets the vendor in, and says why if the server does not; loaded when somebody wants to.

import { dialog, foretell } from './ask.js';
import { call, now } from './call.js';
import { busy, button, el, field, input, row, select, state, time } from './el.js';
import { doors } from './revoke.js';

const TTLS = [[3600, 'an hour'], [14400, '4 hours'], [86400, 'a day'], [259200, '3 days'], [604800, '7 days']];

export function grant(card, at) {
  const known = card.secret();
  const secret = field('Secret of the ticket', input({ type: 'password', required: true, value: known }), 'As ticket_create_stub_ticket showed it.');
  secret.hidden = Boolean(known);
  const ttl = field('For', select(TTLS, 86400));
  const what = el('div', { 'aria-live': 'polite' }, known ? '' : 'A dry run comes first: it says what would change.');
  const given = () => [...card.on(at), ['secure_id', secret.control.value.trim()], ['api.ttl', ttl.control.value]];
  dialog(`Grant access to ${at.server_name}`, (close) => {
    const make = button('Grant', () => {
      const sent = given();
      card.keep(secret.control.value.trim());
      close();
      return granted(card, at, sent);
    }, 'main change');
    const values = () => JSON.stringify(given());
    let tried;
    const may = () => { make.disabled = tried !== values(); };
    // Again, where the values have changed meanwhile.
    const dry = button('Dry run', () => busy(dry, async () => {
      let asked;
      do {
        asked = values();
        tried = await foretell(what, 'ticket_grant', given()) && asked;
        may();
      } while (asked !== values() && what.isConnected);
    }));
    may();
    for (const one of [secret, ttl]) {
      one.control.addEventListener('input', may);
      one.control.addEventListener('change', () => make.disabled && secret.control.value && dry.click());
    }
    if (known) dry.click();
    return [secret, ttl, what, row(dry, make, button('Cancel', () => close()))];
  });
}

/** As `latchkey watch` has it: what is being taken away, or is held, is not called access. */
const lets = (row) => row.auth_status === 'AUTHED' && !row.ending && !row.held;

/** Why nothing more comes of a grant; empty as long as something may. */
function over(row, isGone) {
  if (isGone) return 'The grant is gone: somebody has revoked it, or its time is over.';
  if (row.held) return 'The grant is on hold since a restore: ticket_hold_end lets it go on or ends it.';
  if (row.ending) return `The access is being taken away (${row.ending}), and not proven gone yet.`;
  return row.auth_status === 'EXPIRED' ? 'The time of the grant is over.' : '';
}

function granted(card, at, sent) {
  return card.watch(at, `Granting on ${at.server_name}…`, async ({ goesOn, tell }) => {
    const answer = await call('ticket_grant', [...sent, ['api.wait', 20]]);
    if (answer.late) return tell(state('warn', 'Whether it was granted is not known'), el('p', {}, answer.reason, ' “Reload tickets” shows what stands; to grant again is harmless.'));
    if (answer.result !== 1) return tell(state('bad', 'Not granted'), el('p', {}, answer.reason));
    const { ssh_username: user } = answer.data;
    const stated = answer.data.chain_status !== 'ERR_UNKNOWN' && doors(answer.data);
    if (stated) card.doors.set(card.key({ ...at, ssh_username: user }), el('details', {}, el('summary', {}, `Doors at ${time(now())}`), doors(answer.data)));
    let row = answer.data;
    let [looks, without, why] = [0, 0, ''];
    await card.refresh();
    while (!lets(row) && !why && answer.data.chain_status === 'ERR_UNKNOWN' && await goesOn(`${at.server_name} has not confirmed yet; the grant stands and is repeated.`)) {
      const { result, late, servers } = await card.refresh();
      if (late) continue;
      if (result !== 1) break;
      row = servers.find((one) => one.server_num === at.server_num && one.ssh_username === user) ?? {};
      // Whatever is granted has an end. A look may be older than the grant, but not twice.
      without = row.expires_at ? 0 : without + 1;
      why = over(row, without > 1);
      // It knows of the grant, and waiting lets nobody in.
      if (++looks % 5 === 0 && (await call('ticket_ssh_test', card.on(at))).data.accounts?.some((one) => one.ssh_username === user && one.result === 'AUTH' && one.told !== 0)) break;
    }
    if (why) return tell(state('warn', why));
    if (lets(row)) return tell(state('good', `AUTHED: the vendor can log in to ${at.server_name}`), stated);
    const { tested } = await card.load('test');
    const test = await call('ticket_ssh_test', [...card.on(at), ['api.wait', 20]]);
    return tell(state('warn', test.result === 1 ? 'NOT_AUTHED, and why' : 'Granted; whether the vendor can log in is not known'), tested(test), doors(answer.data));
  });
}
