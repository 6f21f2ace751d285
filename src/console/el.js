// Elements of the page. What anybody else wrote gets in as text alone.

import { now } from './call.js';

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
  return el('table', {}, caption && el('caption', {}, caption),
    el('thead', {}, el('tr', {}, columns.map(([heading]) => el('th', { scope: 'col' }, heading)))),
    el('tbody', {}, rows.map((one) => el('tr', {}, columns.map(([heading, cell]) => el('td', { 'data-label': heading }, cell(one)))))));
}

export const list = (lines) => el('ul', {}, lines.map((line) => el('li', {}, line)));

/** Words of a state, with a sign, so that color is not all there is. */
export const state = (kind, words) => el('span', { class: kind }, `${{ good: '✓', warn: '⚠', bad: '✖' }[kind] ?? '○'} ${words}`);

/** What is beside an open dialog is heard and seen by nobody. */
export function say(text) {
  [...document.querySelectorAll('#status, dialog[open] [role=status]')].at(-1).textContent = text;
}

/** 1 is “1 key”. */
export const count = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`;

export const time = (seconds) => (seconds ? `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')}\u00a0UTC` : 'never');

/** 86399 is “23 h 59 min”. */
export function span(seconds) {
  const s = Math.abs(Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 172800) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} days`;
}

export const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Counts down to a time, as long as it is on the page; `over` is called when it is reached. */
export function countdown(seconds, over) {
  const node = el('time', { datetime: new Date(seconds * 1000).toISOString() });
  let timer;
  const show = () => {
    const left = seconds - now();
    node.textContent = left > 0 ? `${span(left)} left` : 'over';
    if (left > 0 && (!timer || node.isConnected)) return;
    clearInterval(timer);
    if (timer && node.isConnected) over();
  };
  show();
  // What is over already is not asked about again and again.
  if (seconds > now()) timer = setInterval(show, 1000);
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
