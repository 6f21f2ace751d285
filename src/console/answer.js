// An answer as table, tree and raw.

import { button, copy, el, row, state, table } from './el.js';

const isHash = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const plain = (value) => (value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));

/** The one list of an answer, or else its first: rows with their columns; a hash of hashes is one by name. */
export function rowsOf(data, path) {
  const named = path && path.split('.').reduce((at, step) => at?.[step], data);
  const lists = [named, ...Object.values(data)];
  for (const one of lists) {
    const rows = Array.isArray(one) ? one : isHash(one) && Object.values(one).length && Object.values(one).every(isHash) ? Object.values(one) : undefined;
    if (rows?.length) return rows.map((each) => (isHash(each) ? each : { value: each }));
  }
  return [];
}

function asTable(data, path) {
  const rows = rowsOf(data, path);
  if (!rows.length) {
    return el('dl', {}, Object.entries(data).flatMap(([key, value]) => [el('dt', {}, key), el('dd', {}, plain(value))]));
  }
  const columns = [...new Set(rows.flatMap(Object.keys))];
  return el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Rows' }, table(`${rows.length} rows`, columns.map((name) => [name, (one) => (Object.hasOwn(one, name) ? plain(one[name]) : '')]), rows));
}

function asTree(value) {
  if (value === null || typeof value !== 'object') return el('span', {}, value === null ? 'null' : String(value));
  const entries = Object.entries(value);
  if (!entries.length) return el('span', {}, Array.isArray(value) ? 'none' : 'nothing');
  return el('ul', {}, entries.map(([key, each]) => el('li', {}, each !== null && typeof each === 'object'
    ? el('details', { open: entries.length < 40 }, el('summary', {}, key), asTree(each)) : [el('b', {}, key), ': ', asTree(each)])));
}

/** @param path where the declaration says that the list is */
export function answerOf(answer, path) {
  const heading = el('h2', { tabindex: '-1' }, 'Answer');
  const place = el('div', {});
  const raw = () => JSON.stringify(answer.raw, null, 2);
  const forms = { Table: () => asTable(answer.data, path), Tree: () => asTree(answer.data), Raw: () => el('pre', {}, raw()) };
  const choices = Object.keys(forms).map((name) => button(name, () => choose(name)));
  function choose(name) {
    choices.forEach((one) => one.setAttribute('aria-pressed', one.textContent === name));
    place.replaceChildren(forms[name]());
  }
  choose('Table');
  const node = el('section', {}, heading,
    el('p', {}, state(answer.result === 1 ? 'good' : 'bad', answer.reason)),
    el('p', {}, `HTTP ${answer.status} · ${answer.ms} ms · request ${answer.id || 'unknown'}`, answer.metadata.server && ` · server ${answer.metadata.server}`),
    row(...choices, button('Copy', () => copy(raw()))), place);
  node.heading = heading;
  return node;
}
