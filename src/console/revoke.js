// Takes the vendor's access away, and goes on asking until the server has proven that it is gone.

import { ask, remarks } from './ask.js';
import { call } from './call.js';
import { button, el, list, row, state, table, time } from './el.js';

const DOORS = { chain_status: 'Firewall', host_access_wl_status: 'hosts.allow', csf_wl_status: 'CSF', hulk_wl_status: 'Guard against guessed passwords' };
const WORDS = { ACTIVE: 'lets the vendor in', INACTIVE: 'has no entry for the vendor', ERR_SETUP: 'could not be opened', ERR_UNSETUP: 'could not be closed', ERR_UNKNOWN: 'not known yet' };

/** How each door of a server stands, and what it says beside; one that is open after a proven end is needed by others. */
export function doors(answered, isGone) {
  const words = isGone ? { ...WORDS, ACTIVE: 'still open, for other grants' } : WORDS;
  return list([...Object.keys(DOORS).filter((door) => answered[door]).map((door) => `${DOORS[door]}: ${words[answered[door]] ?? answered[door]} (${answered[door]})`), ...remarks(answered), ...(answered.host_keys ?? []).map((one) => `Host key: ${one.type} ${one.fingerprint}`)]);
}

export const sessionsOf = (unattributed) => table('Sessions that may be the vendor’s', [
  ['Session', (one) => one.id], ['Server', (one) => one.server_name], ['Account', (one) => one.account ?? 'unknown'], ['From', (one) => one.source ?? 'unknown'],
  ['Since', (one) => (one.since ? time(one.since) : 'unknown')],
], unattributed);

export function revoke(card, at) {
  const given = [...card.on(at), ['ssh_username', at.ssh_username]];
  ask(`Revoke access to ${at.server_name}`, 'ticket_revoke', [given], (close) => { close(); revoked(card, at, given); });
}

/** Asks again, which is harmless, as long as the server is only late; sessions to end are named once. */
function revoked(card, at, given, sessions = []) {
  return card.watch(at, `Revoking on ${at.server_name}…`, async ({ goesOn, tell }) => {
    let answer = await call('ticket_revoke', [...given, ...sessions, ['api.wait', 10]]);
    let stood = false;
    while (answer.result !== 1 && (answer.late || answer.data.waits_for === 'server') && await goesOn(answer.reason)) {
      stood ||= !answer.late;
      answer = await call('ticket_revoke', [...given, ['api.wait', 10]]);
    }
    card.doors.delete(card.key(at));
    await card.refresh();
    const { revoked_keys: keys, unattributed = [] } = answer.data;
    if (answer.result === 1) {
      tell(state('good', keys || stood ? `Proven gone from ${at.server_name}` : `Nothing to revoke on ${at.server_name}`),
        el('p', {}, keys || stood ? 'The server has stated that the key is gone and that no login by it lives.' : 'The access was gone before this call. The receipt says since when.'), doors(answer.data, true));
    } else {
      const end = unattributed.length > 0 && button('End these sessions', () => revoked(card, at, given, [['api.end_unattributed', unattributed.map((one) => one.id).join(',')]]), 'change');
      tell(state('warn', 'Not proven gone yet'), el('p', {}, answer.reason), doors(answer.data), end && sessionsOf(unattributed), row(button('Try again', () => revoked(card, at, given)), end));
    }
  });
}
