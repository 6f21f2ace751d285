// The calls of a month as bars, and as a file.

import { data, now } from './call.js';
import { button, busy, count, el, field, row, say, select, state, svg, table, time } from './el.js';

const BAR = 22;
const WIDTH = 640;
const NAMES = 250;

/** The last twelve months, as 202611. */
function months() {
  const today = new Date(now() * 1000);
  return Array.from({ length: 12 }, (_, index) => new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - index, 1)).toISOString().slice(0, 7).replace('-', ''));
}

/** Hidden from readers, for whom the table is. */
function bars(sums) {
  const most = Math.max(...sums.map(([, calls]) => calls), 1);
  return svg('svg', { class: 'bars', viewBox: `0 0 ${WIDTH} ${sums.length * BAR}`, 'aria-hidden': 'true' }, sums.map(([name, calls], index) => [
    svg('text', { x: 0, y: index * BAR + 15 }, name.length > 34 ? `${name.slice(0, 33)}…` : name),
    svg('rect', { x: NAMES, y: index * BAR + 4, height: 14, width: Math.max(1, (calls / most) * (WIDTH - NAMES - 60)) }),
    svg('text', { x: NAMES + 6 + Math.max(1, (calls / most) * (WIDTH - NAMES - 60)), y: index * BAR + 15 }, calls),
  ]));
}

function sums(rows, key) {
  const found = new Map();
  rows.forEach((one) => found.set(one[key] ?? '–', (found.get(one[key] ?? '–') ?? 0) + one.calls));
  return [...found].sort((one, other) => (key === 'day' ? one[0].localeCompare(other[0]) : other[1] - one[1]));
}

export async function show(content, { query, go }) {
  const known = months();
  const month = known.includes(query.get('month')) ? query.get('month') : known[0];
  const by = query.get('by') === 'day' ? 'day' : 'month';
  const choice = field('Month', select(known.map((one) => [one, `${one.slice(0, 4)}-${one.slice(4)}`]), month));
  const parts = field('Bars for each', select([['month', 'function'], ['day', 'day']], by));
  for (const one of [choice, parts]) one.control.addEventListener('change', () => go('usage', `?month=${choice.control.value}&by=${parts.control.value}`));
  const report = await data('usage_report', [['month', month], ['by', by]]);
  const rows = report.rows ?? [];
  const csv = button('Download CSV', () => busy(csv, async () => {
    const file = new Blob([(await data('usage_report', [['month', month], ['by', by], ['output', 'csv']])).csv], { type: 'text/csv' });
    const href = URL.createObjectURL(file);
    el('a', { href, download: `usage-${month}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
    say(`usage-${month}.csv is saved.`);
  }));
  content.append(row(choice, parts, csv),
    el('p', {}, `${count(report.calls, 'call')}${report.amount === undefined ? '' : `, ${report.amount} ${report.currency}`}${report.next ? ', and more that are not on this page' : ''}. `, report.closed ? 'The month is closed: it does not change any more.' : `It closes on ${time(report.closes_at)}. Counted so far: all calls until ${time(report.complete_until)}.`),
    ...(report.non_fatals ?? []).map((one) => el('p', {}, state('warn', one))), rows.length ? bars(sums(rows, by === 'day' ? 'day' : 'function')) : el('p', {}, 'No calls.'),
    table('Rows', [['Day', (one) => `${one.day ?? '–'}${one.days > 1 ? ` and ${one.days - 1} before` : ''}`], ['Function', (one) => [one.function, one.adjusts && el('small', {}, `corrects ${one.adjusts}`)]], ['Price class', (one) => one.price_class], ['Calls', (one) => String(one.calls)], ['Price', (one) => one.price], ['Amount', (one) => `${one.amount} ${one.currency}`]].slice(by === 'day' ? 0 : 1), rows));
}
