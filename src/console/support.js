// Grant cPanel Support Access: the tickets, and the closed ones that still have access first.

import { data } from './call.js';
import { isOwn, keep, stands, ticket } from './card.js';
import { busy, button, count, el, field, input, list, row, say, select, state } from './el.js';

/** At once: a thousand tickets are searched, not scrolled. */
const MOST = 20;
const END = 'Revoke access left by closed tickets';

const rank = (one) => (isOwn(one) ? 2 : Number(one.servers.some(stands)));
const wordsOf = (one) => [one.ticket_id, one.ticket_subject, ...one.servers.flatMap((at) => [at.server_name, at.ssh_username, at.granted_by])].join(' ').toLowerCase();

export async function show(content, page) {
  const { mine, load, reload } = page;
  const [{ auths, non_fatals: remarks = [] }, { servers = [] }] = await Promise.all([data('ticket_list'), mine.has('fleet_server_list') ? data('fleet_server_list') : {}]);
  const names = servers.map((one) => one.name);
  const where = field('Server', names.length ? select(names, names[0]) : input({}));
  const open = button('Open ticket', () => busy(open, async () => {
    const made = await data('ticket_create_stub_ticket', where.control.value ? [['api.server', where.control.value]] : []);
    keep(made.ticket_id, made.secure_id);
    await reload();
    document.getElementById(`ticket-${made.ticket_id}`)?.focus();
    say(`Ticket ${made.ticket_id} is open.`);
  }), 'main');
  const search = field('Search', input({ type: 'search' }));
  const left = auths.filter((one) => one.ticket_status !== 'OPEN');
  const closed = cards(left, page);
  const others = cards(auths.filter((one) => one.ticket_status === 'OPEN').sort((one, other) => rank(other) - rank(one)), page);
  search.control.addEventListener('input', () => [closed, others].forEach((one) => one.find(search.control.value.trim().toLowerCase())));
  // Each by itself, as root sees those of others too.
  const end = button(END, () => busy(end, async () => (await load('close')).close(left.map((one) => one.ticket_id), END, reload)), 'change');
  content.append(row(mine.has('ticket_create_stub_ticket') && [where, open], button('Reload tickets', reload), auths.length > 1 && search), list(remarks),
    left.length ? el('section', { class: 'change' }, el('h2', {}, state('bad', 'Closed tickets that still have access')), mine.has('ticket_close') && row(end), closed) : '',
    others, auths.length ? '' : 'There is no open ticket, and no closed one has access.');
  // On their way before somebody asks for them; a failure is told when one does.
  for (const name of ['revoke', 'grant', 'test']) load(name).catch(() => {});
}

/** Those that match. One that was made stays, hidden or not: something may go on in it. */
function cards(all, page) {
  const made = new Map();
  const told = el('p', {});
  const node = el('div', {}, told);
  node.find = (text) => {
    const found = all.filter((one) => wordsOf(one).includes(text));
    made.forEach((card) => { card.hidden = true; });
    for (const one of found.slice(0, MOST)) {
      if (!made.has(one)) node.append(made.set(one, ticket(one, page)).get(one));
      made.get(one).hidden = false;
    }
    told.textContent = found.length > MOST ? `${MOST} of ${found.length} tickets are shown. Search for the others by number, subject, server or account.`
      : text && all.length ? `${found.length} of ${count(all.length, 'ticket')}` : '';
  };
  node.find('');
  return node;
}
