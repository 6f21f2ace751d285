// What servers stated when a ticket's access was gone, as a page that prints.

import { data, now } from './call.js';
import { button, el, list, row, state, time } from './el.js';

const LISTS = {
  questions: 'What the server could not answer', sessions_ended: 'Sessions ended', processes_ended: 'Processes ended', left: 'Processes that run on', put_aside: 'Files moved out of the way',
  appeared: 'What appeared during the access', account: 'The account made for it',
};

/** Of one answer. */
const MOST = 100;

function one(each) {
  const facts = [
    ['Server', each.server_name], ['Node', each.node], ['Account', each.ssh_username], ['Key', each.fingerprint], ['Why it ended', each.reason],
    ['Granted', time(each.granted_at)], ['Its end began', time(each.ended_at)], ['Stated by the server', time(each.stated_at)], ['Its line there ends by itself', each.expires_at && time(each.expires_at)],
    ['Generation', each.generation], ['Left out of these lists', each.left_out || undefined],
    ['Inventory before the access, SHA-256', each.inventory_granted], ['Inventory now', each.inventory_now],
    ['Server', each.simulated ? 'a folder, where no process and no firewall was looked at' : undefined],
  ].filter(([, value]) => value !== undefined && value !== null);
  return el('section', {}, el('h2', {}, state(each.gone ? 'good' : 'warn', each.verdict)),
    el('dl', {}, facts.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, String(value))]),
      Object.keys(LISTS).filter((name) => each[name]).flatMap((name) => [el('dt', {}, LISTS[name]), el('dd', {}, each[name].length ? list(each[name]) : 'none')])));
}

export async function show(content, { query, go }) {
  const ticket = query.get('receipt');
  const { receipts, pending = [], unproven = [] } = await data('ticket_receipt', [['ticket_id', ticket]]);
  content.querySelector('h1').textContent = `Receipt of ticket ${ticket}`;
  content.append(row(button('Print', () => window.print(), 'main'), button('Back to the tickets', () => go('grant_cpanel_support_access'))),
    el('p', {}, `As of ${time(now())}. A receipt is what a server stated, at the time that it says.`),
    unproven.length ? el('section', {}, el('h2', {}, state('warn', 'Nobody proved this gone, and no server is asked any more')), list(unproven)) : '',
    ...pending.map(one), ...receipts.map(one), receipts.length < MOST ? '' : el('p', {}, `These are the newest ${MOST}; ticket_receipt shows older ones with “until”.`));
  if (!pending.length && !receipts.length && !unproven.length) content.append(el('p', {}, 'No access of this ticket was taken away yet.'));
}
