// Elements of the page. What anybody else wrote gets in as text alone.

/** An element; `on` has listeners by event, and attributes that are false are left out. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(node, { on = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  for (const [event, listener] of Object.entries(on)) node.addEventListener(event, listener);
  node.append(...children.flat(2).filter((one) => one !== undefined && one !== null && one !== false));
  return node;
}

export const button = (text, action, kind) => el('button', { type: 'button', class: kind, on: { click: action } }, text);
export const row = (...children) => el('div', { class: 'row' }, ...children);

let last = 0;
export const fresh = (word) => `${word}-${++last}`;

/** A labeled field, which the sentence describes. */
export function field(label, control, sentence) {
  control.id ||= fresh('field');
  const about = sentence && el('small', { id: `${control.id}-about` }, sentence);
  if (about) control.setAttribute('aria-describedby', about.id);
  const node = el('div', { class: 'field' }, el('label', { for: control.id }, label), control, about);
  node.control = control;
  return node;
}

export const input = (attributes) => el('input', { autocomplete: 'off', spellcheck: 'false', ...attributes });
export const tick = (label, attributes, more) => el('label', { class: 'tick' }, el('input', { type: 'checkbox', ...attributes }), ` ${label}`, more);
export const select = (choices, chosen, attributes) => el('select', attributes, choices.map((one) => {
  const [value, text] = Array.isArray(one) ? one : [one, one];
  return el('option', { value, selected: String(value) === String(chosen) }, text);
}));

/** Columns are [heading, cell of a row]. */
export function table(caption, columns, rows) {
  return el('table', {}, el('caption', {}, caption),
    el('thead', {}, el('tr', {}, columns.map(([heading]) => el('th', { scope: 'col' }, heading)))),
    el('tbody', {}, rows.map((one) => el('tr', {}, columns.map(([heading, cell]) => el('td', { 'data-label': heading }, cell(one)))))));
}

export const list = (lines) => el('ul', {}, lines.map((line) => el('li', {}, line)));

/** Words of a state, with a sign, so that color is not all there is. */
export const state = (kind, words) => el('span', { class: kind }, `${{ good: '✓', warn: '⚠', bad: '✖' }[kind] ?? '○'} ${words}`);

export function say(text) {
  document.getElementById('status').textContent = text;
}

export const time = (seconds) => (seconds ? `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC` : 'never');

/** 86399 is “23 h 59 min”. */
export function span(seconds) {
  const s = Math.abs(Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 172800) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} days`;
}

/** Counts down to a time, as long as it is on the page. */
export function countdown(seconds) {
  const node = el('time', { datetime: new Date(seconds * 1000).toISOString() });
  const show = () => {
    const left = seconds - Date.now() / 1000;
    node.textContent = left > 0 ? `${span(left)} left` : 'over';
    if (left > 0 && (!timer || node.isConnected)) return;
    clearInterval(timer);
  };
  let timer;
  show();
  timer = setInterval(show, 1000);
  return node;
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say('Copied.');
  } catch {
    say('This browser does not copy for a page; select the text.');
  }
}

/** A dialog, which `body(close)` fills. */
export function dialog(title, body) {
  const id = fresh('title');
  const node = el('dialog', { 'aria-labelledby': id, on: { close: () => node.remove() } }, el('h2', { id }, title));
  node.append(...[body((value) => node.close(value))].flat());
  document.body.append(node);
  node.showModal();
  return node;
}

/** Disabled while the work goes on; what fails is said. */
export async function busy(node, work) {
  node.disabled = true;
  try {
    return await work();
  } catch (failure) {
    if (failure.signedOut) throw failure;
    say(failure.message);
    return undefined;
  } finally {
    node.disabled = false;
  }
}
