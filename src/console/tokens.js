// Manage API Tokens.

import { data, now } from './call.js';
import { button, busy, count, el, field, input, list, row, span, state, table, time } from './el.js';

const DAY = 86400;
const SOON = 7 * DAY;

function expiry(end) {
  if (!end) return state('warn', 'never expires');
  const left = end - now();
  return left <= 0 ? state('bad', `expired ${time(end)}`) : state(left < SOON ? 'warn' : 'good', `${left < SOON ? 'soon: ' : ''}in ${span(left)}, ${time(end)}`);
}

export const held = (acls) => (acls.all ? ['all'] : Object.keys(acls).filter((name) => acls[name] === 1));

export async function show(content, { mine, load, reload }) {
  const may = (name) => mine.has(name);
  const opened = (name, ...given) => (event) => busy(event.target, async () => (await load('token'))[name](...given, reload));
  const [{ tokens, non_fatals: remarks = [] }, { privileges: [privileges] }] = await Promise.all([data('api_token_list'), data('myprivs')]);
  const rows = Object.values(tokens);
  const search = field('Search', input({ type: 'search' }));
  const place = el('div', {});
  const shown = () => {
    const text = search.control.value.toLowerCase();
    const found = rows.filter((one) => one.name.toLowerCase().includes(text));
    place.replaceChildren(table(`${found.length} of ${count(rows.length, 'token')}`, [
      ['Name', (one) => one.name],
      ['Created', (one) => time(one.create_time)],
      ['Expires', (one) => expiry(one.expires_at)],
      ['Last used', (one) => [`${time(one.last_used)}${one.last_ip ? ` from ${one.last_ip}` : ''}`, el('small', {}, `${count(one.calls_this_month, 'call')} this month${one.quota === undefined ? '' : ` of ${one.quota}`}`)]],
      ['Addresses', (one) => one.whitelist_ips?.join(', ') ?? 'any'],
      ['Privileges', (one) => held(one.acls).join(', ') || 'none'],
      ['Actions', (one) => row(may('api_token_update') && button('Edit', opened('edit', one, privileges, mine.privileges)),
        may('api_token_rotate') && button('Rotate', opened('rotate', one)),
        may('api_token_revoke') && button('Revoke', opened('revoke', one), 'change'))],
    ], found));
    place.querySelectorAll('tbody button').forEach((one) => one.setAttribute('aria-label', `${one.textContent} ${one.closest('tr').cells[0].textContent}`));
  };
  search.control.addEventListener('input', shown);
  content.append(row(may('api_token_create') && button('Make a token', opened('edit', undefined, privileges, mine.privileges), 'main'), button('Reload', reload), search), list(remarks), place);
  shown();
  load('token').catch(() => {}); // On its way.
}
