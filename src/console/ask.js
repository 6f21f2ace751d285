// Dialogs, and what a change would do before it is made.

import { data, Refused } from './call.js';
import { busy, button, el, fresh, list, row, state } from './el.js';

/** What a change would do. */
export async function wouldDo(name, given, secret) {
  const { would = [], servers = [] } = await data(name, [...given, ['api.dry_run', 1]], secret);
  const lines = [
    ...would.map((one) => one.audit),
    ...servers.flatMap((one) => (one.known ? one.would.map((step) => `${one.server}: ${step.change}`) : [`${one.server}: not known beforehand. ${one.reason}`])),
  ];
  return el('div', {}, el('h3', {}, 'What would change'), lines.length ? list(lines) : 'Nothing.');
}

/** A dialog, which `body(close)` fills. */
export function dialog(title, body) {
  const id = fresh('title');
  const node = el('dialog', { 'aria-labelledby': id, on: { close: () => node.remove() } }, el('h2', { id }, title));
  node.append(...[body((value) => node.close(value))].flat(), el('p', { role: 'status' }));
  document.body.append(node);
  node.showModal();
  return node;
}

/** Asks with what a dry run says. What closes access waits for nothing: not for the dry run either. */
export function ask(title, name, given, act) {
  const what = el('div', {}, 'Asking what that would change…');
  dialog(`${title}?`, (close) => {
    const make = button(title, () => busy(make, () => act(close)), 'main change');
    wouldDo(name, given).then((changes) => what.replaceChildren(changes), (failure) => {
      if (!(failure instanceof Refused)) throw failure;
      what.replaceChildren(state('warn', failure.message));
    });
    return [what, row(make, button('Cancel', () => close()))];
  });
}
