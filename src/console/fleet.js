// What is done with the keys of the fleet; loaded when somebody wants to.

import { dialog, done, foretell, remarks } from './ask.js';
import { call, data } from './call.js';
import { busy, button, count, el, field, input, list, pause, row, say, state } from './el.js';

const EVERYWHERE = [['api.server', '*']];

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

export async function scan(reload) {
  say('The servers are being scanned…');
  const all = await everywhere('fleet_key_scan', []);
  const scanned = all.filter((one) => one.result === 1);
  await reload();
  done(`${count(scanned.length, 'server')} scanned.`, all.flatMap((one) => [...(one.result === 1 ? [] : [one.reason]), ...remarks(one.data)].map((text) => `${one.server}: ${text}`)));
}

function became({ server, result, reason, data: stated = {} }) {
  const beside = remarks(stated);
  return [state(result === 1 ? 'good' : 'warn', `${server}: ${result === 1 ? `proven gone${stated.krl === 0 ? ', kept out by the sweep alone' : ''}` : reason}`), beside.length > 0 && list(beside)];
}

/** For the whole fleet: whoever does it types the end of the fingerprint. */
export function revoke(print, at, reload) {
  const end = print.slice(-4);
  const typed = field(`The last four characters of the fingerprint`, input({ maxlength: 4, required: true }), `Of ${print}.`);
  const why = field('Reason', input({ maxlength: 200 }), 'For the audit, and for whoever meets the key.');
  const what = el('div', {}, `It logs in as ${at.map((one) => `${one.user} on ${one.server}`).join(', ')}. Each server of yours keeps it out from now on.`);
  const given = () => [['fingerprint', print], ...(why.control.value ? [['reason', why.control.value]] : [])];
  dialog('Revoke a key on all servers', (close) => {
    let goesOn = false;
    const make = el('button', { class: 'main change' }, 'Revoke everywhere');
    const may = () => { make.disabled = goesOn || typed.control.value !== end; };
    typed.control.addEventListener('input', may);
    may();
    const dry = button('Dry run', () => busy(dry, () => foretell(what, 'fleet_key_revoke', [...given(), ...EVERYWHERE])));
    const form = el('form', { on: { submit: async (event) => {
      event.preventDefault();
      if (goesOn || typed.control.value !== end) return;
      goesOn = true;
      await busy(make, () => proven(given()));
      goesOn = false;
      may();
    } } }, what, typed, why, row(dry, make, button('Close', () => { close(); reload(); })));
    /** Asked again, which is harmless, as long as a server is only late. */
    async function proven(sent) {
      for (let round = 1; form.isConnected; round++) {
        what.replaceChildren(el('p', {}, el('progress', { 'aria-label': 'Revoking' }), ' Revoking…'));
        const all = await everywhere('fleet_key_revoke', [...sent, ['api.wait', 10]]);
        const open = all.filter((one) => one.result !== 1);
        what.replaceChildren(list(all.map(became)));
        if (!open.length) return say(`Proven gone from ${count(all.length, 'server')}.`);
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

export function acknowledge(one, reload) {
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
