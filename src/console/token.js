// What is done with an API token; loaded when somebody wants to.

import { ask, dialog, done, remarks } from './ask.js';
import { data, now } from './call.js';
import { busy, button, copy, el, field, input, list, row, select, tick, time } from './el.js';
import { held } from './tokens.js';

const DAY = 86400;
const isSame = (one, other) => one.length === other.length && one.every((each) => other.includes(each));

/** The value, only once. */
function once({ name, token: value }, beside, reload) {
  const shown = dialog(`The value of ${name}`, (close) => [
    el('p', {}, 'It is shown only once. Copy it to where it is needed.'),
    el('pre', {}, value), list(beside),
    row(button('Copy', () => copy(value), 'main'), button('I saved it', () => close())),
  ]);
  shown.addEventListener('close', reload);
}

/** Makes a token, or changes one. */
export function edit(token, privileges, used, reload) {
  const name = field('Name', input({ required: true, maxlength: 50, pattern: '[A-Za-z0-9_\\-]+', value: token?.name }), '1 to 50 letters, digits, dashes and underscores.');
  const choices = [['keep', token ? `as it is: ${time(token.expires_at)}` : 'as yours'], ...[7, 30, 60, 90].map((days) => [days, `in ${days} days`]), ['date', 'on a day'], ['0', 'never']];
  const ends = field('Expires', select(choices, token ? 'keep' : 30));
  const day = field('Day', input({ type: 'date' }), 'It expires at the end of this day, UTC.');
  day.hidden = true;
  ends.control.addEventListener('change', () => { day.hidden = !(day.control.required = ends.control.value === 'date'); });
  const addresses = field('Addresses', el('textarea', { rows: 2 }, token?.whitelist_ips?.join('\n')), `IP addresses and CIDR ranges that may use it, one per line; empty: ${token ? 'any' : 'as yours'}.`);
  const old = token ? held(token.acls) : [];
  // Those that a function here requires come first.
  const has = (one) => Number(used.includes(one));
  const ticks = Object.keys(privileges).filter((one) => privileges[one] === 1 || old.includes(one)).sort((one, other) => has(other) - has(one)).map((one) => tick(one, { value: one, checked: old.includes(one) }, one === 'all' && ' (everything)'));
  const acls = () => ticks.map((one) => one.querySelector('input')).filter((one) => one.checked).map((one) => one.value);
  const several = (key, values) => values.map((value, index) => [`${key}-${index + 1}`, value]);

  function pairs() {
    const end = ends.control.value === 'date' ? Date.parse(`${day.control.value}T23:59:59Z`) / 1000 : ends.control.value === '0' ? 0 : Math.floor(now()) + ends.control.value * DAY;
    const lines = addresses.control.value.split('\n').map((one) => one.trim()).filter(Boolean);
    // What is not named of a new one is as it is of the token that makes it.
    const sameLines = lines.join() === (token?.whitelist_ips ?? []).join();
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
        if (!token) return once(made, remarks(made), reload);
        await reload();
        return done('The token is changed.', remarks(made));
      });
    } } }, name, ends, day, addresses, el('fieldset', {}, el('legend', {}, 'Privileges'), ticks), row(make, button('Cancel', () => close())));
  });
}

export function rotate(token, reload) {
  const grace = field('The old value', select([[86400, 'is good for another day'], [3600, 'is good for another hour'], [0, 'is revoked at once']], 86400));
  dialog(`Rotate ${token.name}`, (close) => {
    const make = button('Rotate', () => busy(make, async () => {
      const made = await data('api_token_rotate', [['token_name', token.name], ['grace', grace.control.value]]);
      close();
      once(made, [made.rotated_name ? `The old value, now “${made.rotated_name}”, is good until ${time(made.rotated_expires_at)}.` : 'The old value is revoked.', ...remarks(made)], reload);
    }), 'main change');
    return [el('p', {}, 'It gets a new value, with the same privileges and limits.'), grace, row(make, button('Cancel', () => close()))];
  });
}

export function revoke(token, reload) {
  ask(`Revoke ${token.name}`, 'api_token_revoke', [[['token_name', token.name]]], async (close) => {
    const made = await data('api_token_revoke', [['token_name', token.name]]);
    close();
    await reload();
    done(`${token.name} is revoked: its next call is refused.`, remarks(made));
  });
}
