// An answer as table, tree and raw.

import { button, copy, count, el, row, state, table } from './el.js';

const isObject = (value) => value !== null && typeof value === 'object';
const isHash = (value) => isObject(value) && !Array.isArray(value);

/** Of one server among many, its data are columns; what the row itself says is hidden by none. */
const joined = ({ data, ...one }) => ({ ...one, ...Object.fromEntries(Object.entries(data).map(([key, value]) => [key in one ? `data.${key}` : key, value])) });

/** The rows of a list, or of hashes by name; undefined for what is neither. */
function rowsOf(value) {
  const all = Array.isArray(value) ? value : isHash(value) && Object.values(value).every(isHash) ? Object.values(value) : [];
  if (all.length) return all.map((one) => (!isHash(one) ? { value: one } : 'server' in one && isHash(one.data) ? joined(one) : one));
  return undefined;
}

/** That there are more, where the answer says so; each function takes “next” in its own parameter. */
function more({ metadata: { chunk }, data }, parameters) {
  const where = ['next', 'api.cursor', 'cursor', 'first'].find((name) => parameters.includes(name));
  if (data.next) return el('p', {}, state('warn', `There are more: the same call with ${where}=${data.next} goes on.`));
  return chunk && chunk.chunks !== undefined && el('p', {}, `Part ${chunk.current} of ${chunk.chunks}, of ${count(chunk.records, 'row')} in all.`);
}

function asTable(answer, parameters) {
  const { data } = answer;
  const lists = Object.entries(data).map(([name, value]) => [name, rowsOf(value)]).filter(([, rows]) => rows);
  const rest = Object.entries(data).filter(([name, value]) => !lists.some(([list]) => list === name) && value !== undefined);
  return el('div', {}, more(answer, parameters),
    el('dl', {}, rest.flatMap(([key, value]) => [el('dt', {}, key), el('dd', {}, asTree(value))])),
    lists.map(([name, rows]) => {
      const columns = [...new Set(rows.flatMap(Object.keys))].filter((column) => rows.some((one) => one[column] !== undefined));
      return el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': name }, table(`${name}: ${count(rows.length, 'row')}`, columns.map((column) => [column, (one) => (one[column] === undefined ? '' : asTree(one[column]))]), rows));
    }));
}

function asTree(value) {
  if (!isObject(value)) return el('span', {}, value === null ? 'null' : String(value));
  const entries = Object.entries(value);
  if (!entries.length) return el('span', {}, Array.isArray(value) ? 'none' : 'nothing');
  return el('ul', {}, entries.map(([key, each]) => el('li', {}, isObject(each)
    ? el('details', { open: entries.length < 40 }, el('summary', {}, key), asTree(each)) : Array.isArray(value) ? asTree(each) : [el('b', {}, key), ': ', asTree(each)])));
}

/** @param parameters of the function, by name */
export function answerOf(answer, parameters) {
  const heading = el('h2', { tabindex: '-1' }, 'Answer');
  const place = el('div', {});
  const raw = () => JSON.stringify(answer.raw, null, 2);
  const forms = { Table: () => asTable(answer, parameters), Tree: () => asTree(answer.data), Raw: () => el('pre', {}, raw()) };
  const choices = Object.keys(forms).map((name) => button(name, () => choose(name)));
  function choose(name) {
    choices.forEach((one) => one.setAttribute('aria-pressed', one.textContent === name));
    place.replaceChildren(forms[name]());
  }
  choose('Table');
  const node = el('section', {}, heading,
    el('p', {}, state(answer.result === 1 ? 'good' : 'bad', answer.reason)),
    el('p', {}, `HTTP ${answer.status} · ${answer.ms} ms · request ${answer.id || 'unknown'}`, answer.metadata.server && ` · server ${answer.metadata.server}`, answer.metadata.repeated && ` · repeats request ${answer.metadata.repeated}`),
    row(...choices, button('Copy', () => copy(raw()))), place);
  node.heading = heading;
  return node;
}
