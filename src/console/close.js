// Closes tickets, those too that are closed and still have access, and says what came of it.

import { ask, dialog, remarks } from './ask.js';
import { call } from './call.js';
import { button, count, el, list, pause, row, say, state } from './el.js';
import { sessionsOf } from './revoke.js';

const AT_ONCE = 5;

/** Asked again, which is harmless, as long as the call itself is only late and somebody waits for it. */
async function closed(id, waits) {
  for (let round = 1; ; round++) {
    const answer = await call('ticket_close', [['ticket_id', id], ['api.wait', 10]]);
    if (!answer.late || !waits()) return { ticket: id, ...answer };
    say(`Ticket ${id} is asked again. ${answer.reason}`);
    await pause(Math.min(round * 2, 30) * 1000);
  }
}

function lineOf({ ticket: id, late, reason, data }) {
  if (late) return state('warn', `Ticket ${id}: whether it is closed is not known. ${reason}`);
  return data.ticket_status === 'CLOSED' ? state('warn', `Ticket ${id} is closed, and not proven gone yet. ${reason}`) : state('bad', `Ticket ${id} is not closed. ${reason}`);
}

function told(ids, answers) {
  const left = answers.filter((one) => one.result !== 1);
  const beside = answers.flatMap(({ ticket: id, data }) => remarks(data).map((text) => `Ticket ${id}: ${text}`));
  const sessions = answers.flatMap(({ data }) => data.unattributed ?? []);
  const unasked = ids.length - answers.length;
  if (left.length + beside.length + unasked) {
    dialog('Result', (close) => [
      list([...left.map(lineOf), ...beside, ...(unasked ? [`${count(unasked, 'ticket')} ${unasked === 1 ? 'was' : 'were'} not tried.`] : [])]),
      ...(sessions.length ? [sessionsOf(sessions), el('p', {}, '“Revoke…” at the ticket can end these sessions.')] : []),
      row(button('OK', () => close(), 'main')),
    ]);
  }
  const keys = answers.reduce((sum, { data }) => sum + (data.revoked_keys ?? 0), 0);
  say(left.length + unasked ? `Not proven gone yet: ${count(left.length + unasked, 'ticket')} of ${ids.length}.`
    : ids.length === 1 ? `Ticket ${ids[0]} is closed; no server states access of it.` : `${count(keys, 'key')} of closed tickets proven gone.`);
}

/** The page shows what stands then, whatever came of it. */
export function close(ids, title, reload) {
  const here = location.href;
  ask(title, 'ticket_close', ids.map((id) => [['ticket_id', id]]), async (done, place) => {
    const rest = [...ids];
    const answers = [];
    say('The servers are asked…');
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      while (rest.length && place.isConnected) answers.push(await closed(rest.shift(), () => place.isConnected));
    }));
    done();
    if (here === location.href) await reload();
    told(ids, answers);
  });
}
