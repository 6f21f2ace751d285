// Manage API Tokens.

import { ask, dialog } from './ask.js';
import { data, now } from './call.js';
import { button, busy, copy, count, el, field, input, row, say, select, span, state, table, tick, time } from './el.js';

const DAY = 86400;
const SOON = 7 * DAY;

function expiry(end) {
  if (!end) return state('warn', 'never expires');
  const left = end - now();
  return left <= 0 ? state('bad', `expired ${time(end)}`) : state(left < SOON ? 'warn' : 'good', `${left < SOON ? 'soon: ' : ''}in ${span(left)}, ${time(end)}`);
}

const isSame = (one, other) => one.length === other.length && one.every((each) => other.includes(each));
const held = (acls) => (acls.all ? ['all'] : Object.keys(acls).filter((name) => acls[name] === 1));

export async function show(content, { mine, reload }) {
  const may = (name) => mine.has(name);
  const [{ tokens }, { privileges: [privileges] }] = await Promise.all([data('api_token_list'), data('myprivs')]);
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
      ['Last used', (one) => `${time(one.last_used)}${one.last_ip ? ` from ${one.last_ip}` : ''}`],
      ['Addresses', (one) => one.whitelist_ips?.join(', ') ?? 'any'],
      ['Privileges', (one) => held(one.acls).join(', ') || 'none'],
      ['Actions', (one) => row(may('api_token_update') && button('Edit', () => edit(one, privileges, mine.privileges, reload)),
        may('api_token_rotate') && button('Rotate', () => rotate(one, reload)),
        may('api_token_revoke') && button('Revoke', () => revoke(one, reload), 'change'))],
    ], found));
    place.querySelectorAll('tbody button').forEach((one) => one.setAttribute('aria-label', `${one.textContent} ${one.closest('tr').cells[0].textContent}`));
  };
  search.control.addEventListener('input', shown);
  content.append(row(may('api_token_create') && button('Make a token', () => edit(undefined, privileges, mine.privileges, reload), 'main'), button('Reload', reload), search), place);
  shown();
}

/** The value, this once. */
function once(name, value, reload) {
  const shown = dialog(`The value of ${name}`, (close) => [
    el('p', {}, 'It is shown this once. Copy it to where it is needed.'),
    el('pre', {}, value),
    row(button('Copy', () => copy(value), 'main'), button('I saved it', () => close())),
  ]);
  shown.addEventListener('close', reload);
}

/** Makes a token, or changes one. */
function edit(token, privileges, used, reload) {
  const name = field('Name', input({ required: true, maxlength: 50, pattern: '[A-Za-z0-9_\\-]+', value: token?.name }), '1 to 50 letters, digits, dashes and underscores.');
  const choices = [...(token ? [['keep', `as it is: ${time(token.expires_at)}`]] : []), ...[7, 30, 60, 90].map((days) => [days, `in ${days} days`]), ['date', 'on a day'], ['0', 'never']];
  const ends = field('Expires', select(choices, token ? 'keep' : 30));
  const day = field('Day', input({ type: 'date' }), 'It expires at the end of this day, UTC.');
  day.hidden = true;
  ends.control.addEventListener('change', () => { day.hidden = ends.control.value !== 'date'; });
  const addresses = field('Addresses', el('textarea', { rows: 2 }, token?.whitelist_ips?.join('\n')), 'IP addresses and CIDR ranges that may use it, one per line; empty for any.');
  const old = token ? held(token.acls) : [];
  // Those that a function here requires come first.
  const has = (one) => Number(used.includes(one));
  const ticks = Object.keys(privileges).filter((one) => privileges[one] === 1 || old.includes(one)).sort((one, other) => has(other) - has(one)).map((one) => tick(one, { value: one, checked: old.includes(one) }, one === 'all' && ' (everything)'));
  const acls = () => ticks.map((one) => one.querySelector('input')).filter((one) => one.checked).map((one) => one.value);
  const several = (key, values) => values.map((value, index) => [`${key}-${index + 1}`, value]);

  function pairs() {
    const end = ends.control.value === 'date' ? Date.parse(`${day.control.value}T23:59:59Z`) / 1000 : ends.control.value === '0' ? 0 : Math.floor(now()) + ends.control.value * DAY;
    const lines = addresses.control.value.split('\n').map((one) => one.trim()).filter(Boolean);
    const sameLines = token && lines.join() === (token.whitelist_ips ?? []).join();
    return [
      ['token_name', token?.name ?? name.control.value],
      ...(token && name.control.value !== token.name ? [['new_name', name.control.value]] : []),
      ...(ends.control.value === 'keep' ? [] : [['expires_at', end]]),
      ...(sameLines ? [] : several('whitelist_ip', lines.length ? lines : ['any'])),
      ...(token && isSame(acls(), old) ? [] : several('acl', acls())),
    ];
  }
  dialog(token ? `Edit ${token.name}` : 'Make a token', (close) => {
    const make = el('button', { class: 'main change' }, token ? 'Change it' : 'Make it');
    return el('form', { on: { submit: (event) => {
      event.preventDefault();
      busy(make, async () => {
        if (!acls().length) throw new Error('Tick at least one privilege.');
        const made = await data(token ? 'api_token_update' : 'api_token_create', pairs());
        close();
        if (token) await reload();
        else once(made.name, made.token, reload);
        say(token ? 'The token is changed.' : 'The token is made.');
      });
    } } }, name, ends, day, addresses, el('fieldset', {}, el('legend', {}, 'Privileges'), ticks), row(make, button('Cancel', () => close())));
  });
}

function rotate(token, reload) {
  const grace = field('The old value', select([[86400, 'is good for another day'], [3600, 'is good for another hour'], [0, 'is revoked at once']], 86400));
  dialog(`Rotate ${token.name}`, (close) => {
    const make = button('Rotate', () => busy(make, async () => {
      const made = await data('api_token_rotate', [['token_name', token.name], ['grace', grace.control.value]]);
      close();
      once(made.name, made.token, reload);
    }), 'main change');
    return [el('p', {}, 'It gets a new value, with the same privileges and limits.'), grace, row(make, button('Cancel', () => close()))];
  });
}

function revoke(token, reload) {
  ask(`Revoke ${token.name}`, 'api_token_revoke', [[['token_name', token.name]]], async (close) => {
    const { non_fatals: left = [] } = await data('api_token_revoke', [['token_name', token.name]]);
    close();
    await reload();
    say([`${token.name} is revoked: its next call is refused.`, ...left].join(' '));
  });
}
