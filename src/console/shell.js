// API Shell: a form made of each function's declaration, and the same call for elsewhere.

import { BLANK, call, history, SILENT } from './call.js';
import { button, busy, el, field, input, row, say, select, state, tick, time } from './el.js';

const TYPES = ['contains', 'begins', 'eq', '==', 'lt', 'lt_equal', 'gt', 'gt_equal', 'lt_handle_unlimited', 'gt_handle_unlimited'];
const METHODS = ['lexicographic', 'numeric', 'numeric_zero_as_max', 'ipv4'];
/** What is asked for in its own way. */
const ASIDE = ['api.dry_run'];

let declared;
/** The functions by name, as they declare themselves. */
async function functions() {
  declared ??= fetch('/console/functions.json').then((answer) => answer.json())
    .then((json) => new Map(json.functions.map((one) => [one.name, one])))
    .catch(() => { declared = undefined; throw new Error(SILENT); });
  return declared;
}

function control(parameter, value) {
  const { type, secret, repeats, required } = parameter;
  if (repeats) return el('textarea', { rows: 2, required }, value);
  if (parameter.enum) return select([['', ''], ...parameter.enum], value ?? '', { required });
  if (type === 'flag') return select([['', `default${parameter.default ? `: ${parameter.default}` : ''}`], ['1', '1, yes'], ['0', '0, no']], value ?? '');
  return input({ type: secret ? 'password' : 'text', inputmode: type === 'number' && 'numeric', required, value, placeholder: parameter.default });
}

/** @param given the values of a call, by name */
function listControls(given) {
  const of = (name) => given.get(`api.${name}`);
  const columns = [...given].filter(([name]) => /^api\.columns\.[a-z]$/.test(name)).map(([, value]) => value);
  const f = {
    field: input({ value: of('filter.a.field') }), type: select(TYPES, of('filter.a.type') ?? TYPES[0]), term: input({ value: of('filter.a.arg0') }),
    sort: input({ value: of('sort.a.field') }), method: select(METHODS, of('sort.a.method') ?? METHODS[0]), reverse: select([['', 'no'], ['1', 'yes']], of('sort.a.reverse') ?? ''),
    start: input({ inputmode: 'numeric', value: of('chunk.start') }), size: input({ inputmode: 'numeric', value: of('chunk.size') }), columns: input({ value: columns.join() }),
  };
  const node = el('details', { open: [...given.keys()].some((name) => /^api\.(filter|sort|chunk|columns)\./.test(name)) }, el('summary', {}, 'Filter, sort, chunk, columns'), el('div', { class: 'fields' },
    field('Filter: field', f.field, 'A field of the list, or * for any.'), field('Filter: type', f.type), field('Filter: term', f.term),
    field('Sort by', f.sort), field('Sort method', f.method), field('Reverse', f.reverse),
    field('First record', f.start, 'Counted from 1, as in the API.'), field('Most records', f.size), field('Columns', f.columns, 'Names of fields with commas between them.')));
  node.pairs = () => [
    ...(f.field.value ? [['api.filter.enable', 1], ['api.filter.a.field', f.field.value], ['api.filter.a.type', f.type.value], ['api.filter.a.arg0', f.term.value]] : []),
    ...(f.sort.value ? [['api.sort.enable', 1], ['api.sort.a.field', f.sort.value], ['api.sort.a.method', f.method.value], ...(f.reverse.value ? [['api.sort.a.reverse', 1]] : [])] : []),
    ...(f.start.value || f.size.value ? [['api.chunk.enable', 1], ['api.chunk.verbose', 1], ['api.chunk.start', f.start.value || 1], ...(f.size.value ? [['api.chunk.size', f.size.value]] : [])] : []),
    ...(f.columns.value ? [['api.columns.enable', 1], ...f.columns.value.split(',').map((one, index) => [`api.columns.${String.fromCharCode(97 + index)}`, one.trim()])] : []),
  ];
  return node;
}

export async function show(content, { mine, go, load, query }) {
  const declared = await functions();
  const names = [...declared.keys()].filter((name) => mine.has(name)).sort();
  const name = names.includes(query.get('function')) ? query.get('function') : names[0];
  const choice = field('Function', select(names.map((one) => [one, `${one}${declared.get(one).changes ? ' (changes something)' : ''}`]), name), 'Only what you may call.');
  choice.control.addEventListener('change', () => go('api_shell', `?function=${choice.control.value}`));
  const place = el('div', {});
  content.append(el('p', {}, 'Every call acts on live servers and data.'), choice, place);
  form({ place, load, calls: el('ol', {}) }, declared.get(name), []);
  load('answer').catch(() => {}); // On its way.
}

/** @param page what all forms have: their place, and the list of calls */
function form(page, declaration, given) {
  const { place, load, calls } = page;
  const { name, sentence, privilege, changes, dry_run: dry } = declaration;
  const fields = declaration.parameters.filter((one) => !ASIDE.includes(one.name)).map((one) => {
    const values = given.filter(([key, text]) => key.replace(/-\d+$/, '') === one.name && text !== BLANK).map(([, text]) => text);
    const node = field(`${one.name}${one.required ? ' (required)' : ''}`, control(one, values.join('\n') || undefined), one.sentence + (one.repeats ? ' One per line.' : ''));
    // There, a value that is given and empty says something.
    if (one.default === '' && !one.secret) node.append(el('small', {}, tick('send empty', { 'aria-label': `send empty: ${one.name}`, checked: values[0] === '' })));
    return [one, node];
  });
  const controls = listControls(new Map(given));
  const pairs = () => [
    ...fields.flatMap(([one, node]) => {
      const { value } = node.control;
      if (!one.repeats) return value || node.querySelector(':checked[type=checkbox]') ? [[one.name, value]] : [];
      return value.split('\n').map((line) => line.trim()).filter(Boolean).map((line, index) => [`${one.name}-${index + 1}`, line]);
    }),
    ...controls.pairs(),
  ];
  const lines = el('div', {});
  const answered = el('div', {});
  let [tried, goesOn] = ['', false];
  const run = el('button', { class: changes ? 'main change' : 'main' }, changes ? 'Call (changes something)' : 'Call');
  const first = dry && el('button', { type: 'button', on: { click: () => node.reportValidity() && make(true) } }, 'Dry run');
  const why = el('small', { id: 'first' }, 'Do a dry run with these values first.');
  if (first) run.setAttribute('aria-describedby', 'first');

  function typed() {
    load('elsewhere').then(({ elsewhere }) => lines.replaceChildren(...elsewhere(name, pairs())));
    run.disabled = goesOn || (Boolean(first) && tried !== JSON.stringify(pairs()));
    if (first) first.disabled = goesOn;
  }
  /** One at a time: no answer stands below the values of another call. */
  async function make(isDry) {
    if (goesOn) return;
    goesOn = true;
    typed();
    await busy(run, async () => {
      const sent = pairs();
      const { answerOf } = await load('answer');
      const answer = await call(name, isDry ? [...sent, ['api.dry_run', 1]] : sent);
      told();
      say(node.isConnected ? answer.reason : `${name}: ${answer.reason}`);
      if (!node.isConnected) return;
      tried = isDry && answer.result === 1 ? JSON.stringify(sent) : '';
      const shown = answerOf(answer, declaration.parameters.map((one) => one.name));
      answered.replaceChildren(shown);
      shown.heading.focus();
    });
    goesOn = false;
    typed();
  }
  function told() {
    calls.replaceChildren(...history.map((one) => el('li', {}, button('Again', () => again(one)), ` ${time(one.at)} ${one.name} `, state(one.result === 1 ? 'good' : 'bad', one.reason),
      el('small', {}, `${one.ms} ms · request ${one.id || 'unknown'}${one.given.length ? ' · ' : ''}`, el('code', {}, one.given.map(([key, value]) => `${key}=${value}`).join(' '))))));
  }
  /** Shows its form with what was given; what changes nothing and had no secret is called at once. */
  async function again(one) {
    const other = (await functions()).get(one.name);
    if (!other) return;
    window.history.pushState(null, '', `?function=${one.name}`);
    place.parentNode.querySelector('select').value = one.name;
    const next = form(page, other, one.given);
    if (!other.changes && !one.given.some(([, value]) => value === BLANK)) await next();
  }
  const node = el('form', { on: { input: typed, submit: (event) => {
    event.preventDefault();
    make(false);
  } } }, el('div', { class: 'fields' }, fields.map(([, one]) => one)), controls, row(first, run), first && why);
  place.replaceChildren(el('h2', {}, name), el('p', {}, sentence, ' ', changes && state('warn', 'It changes something.'), privilege && el('span', {}, ` Requires ${privilege}.`)),
    node, el('h2', {}, 'The same call elsewhere'), lines, answered, el('h2', {}, 'Calls made on this page'), calls);
  typed();
  told();
  return () => make(false);
}
