// Dialogs, and what a change would do before it is made.

import { data, Refused } from './call.js';
import { busy, button, el, fresh, list, row, say, state } from './el.js';

/** Calls of one dry run, and parts of one that goes on. */
const MOST = 20;

async function linesOf(name, given) {
  const lines = [];
  let [next, parts] = [undefined, 0];
  do {
    const answer = await data(name, [...given, ['api.dry_run', 1], ...(next ? [['api.cursor', next]] : [])]);
    const { would = [], servers = [], more } = answer;
    lines.push(...would.map((one) => one.audit),
      ...servers.flatMap((one) => (one.known ? one.would.map((step) => `${one.server}: ${step.change}`) : [`${one.server}: not known beforehand. ${one.reason}`])));
    if (more) lines.push(`${more} more that are not listed.`);
    ({ next } = answer);
  } while (next && ++parts < MOST);
  return next ? [...lines, 'There are more servers, which were not asked.'] : lines;
}

/** What a change would do, or the same one with several parameters. */
async function wouldDo(name, ...all) {
  const lines = (await Promise.all(all.slice(0, MOST).map((given) => linesOf(name, given)))).flat();
  if (all.length > MOST) lines.push(`${all.length - MOST} more calls, which were not tried.`);
  return el('div', {}, el('h3', {}, 'What would change'), lines.length ? list(lines) : 'Nothing.');
}

const BESIDE = { lines: 'taken out: ', sessions_ended: 'ended: ', processes_ended: 'ended: ', left: 'runs on: ', copies: 'still stands: ', unattributed: 'may be a login by it: ', questions: 'not known: ', unread: 'not read: ', non_fatals: '' };

/** What an answer says beside its result, a line each, done or not. */
export const remarks = (data = {}) => [
  ...Object.entries(BESIDE).flatMap(([name, word]) => (data[name] ?? []).filter((one) => typeof one === 'string').map((one) => word + one)),
  ...(data.simulated ? ['The server is a folder: no process and no firewall was looked at.'] : []),
];

/** A dialog, which `body(close)` fills. */
export function dialog(title, body) {
  const id = fresh('title');
  const node = el('dialog', { 'aria-labelledby': id, on: { close: () => node.remove() } }, el('h2', { id }, title));
  node.append(...[body((value) => node.close(value))].flat(), el('p', { role: 'status' }));
  document.body.append(node);
  node.showModal();
  return node;
}

/** Says what is done; what is to be known beside it stays until somebody has read it. */
export function done(words, beside) {
  if (beside.length) dialog(words, (close) => [list(beside), row(button('OK', () => close(), 'main'))]);
  else say(words);
}

/** Shows what a change would do, unless something else stands there by then. @return whether that is known, and shown */
export async function foretell(place, name, ...all) {
  const asking = el('p', {}, 'Asking what that would change…');
  place.replaceChildren(asking);
  const told = await wouldDo(name, ...all).catch((failure) => {
    if (!(failure instanceof Refused)) throw failure;
    return failure;
  });
  if (!asking.isConnected) return false;
  const isKnown = !(told instanceof Refused);
  place.replaceChildren(isKnown ? told : state('warn', told.message));
  return isKnown;
}

/** Asks with what dry runs say. What closes access waits for nothing: not for them either. */
export function ask(title, name, all, act) {
  const what = el('div', {});
  dialog(`${title}?`, (close) => {
    const make = button(title, () => busy(make, () => act(close, what)), 'main change');
    foretell(what, name, ...all);
    return [what, row(make, button('Cancel', () => close()))];
  });
}
