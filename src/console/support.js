// Grant cPanel Support Access: tickets, who may log in where, and the proof that it is gone.

import { call, data, Refused, wouldDo } from './call.js';
import { button, busy, copy, countdown, dialog, el, field, input, list, row, say, select, span, state, table, time } from './el.js';

const DOORS = { chain_status: 'Firewall', host_access_wl_status: 'hosts.allow', csf_wl_status: 'CSF', hulk_wl_status: 'Guard against guessed passwords' };
const WORDS = { ACTIVE: 'lets the vendor in', INACTIVE: 'has no entry for the vendor', ERR_SETUP: 'could not be opened', ERR_UNSETUP: 'could not be closed', ERR_UNKNOWN: 'not known yet' };
const TESTS = {
  SUCCESS: 'The vendor would come in.', REFUSED: 'Its sshd cannot be reached from the vendor’s network.', TIMEOUT: 'Its sshd, or the server, does not answer.',
  PROTOCOL: 'What answers there is not SSH.', AUTH: 'Its sshd turns the login away.', ENVIRONMENT: 'The login does not give a shell.',
  ESCALATE: 'The account does not become root.', UNKNOWN: 'That cannot be told.', PENDING: 'The test has not ended.',
};
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Of tickets that were opened or granted here, as long as the page is there. */
const secrets = new Map();

function access(one) {
  if (one.held) return state('warn', 'held since a restore: no order carries it');
  if (one.ending) return state('warn', `being taken away (${one.ending}), not proven gone yet`);
  if (one.auth_status === 'AUTHED') return state('good', 'AUTHED: the vendor can log in');
  if (one.auth_status === 'EXPIRED') return state('warn', 'EXPIRED: its time is over, not proven gone yet');
  return one.expires_at ? state('warn', 'NOT_AUTHED: granted, but the server has not stated that it lets the vendor in; Test says why') : state('', 'NOT_AUTHED: no access');
}

const stands = (one) => one.auth_status !== 'NOT_AUTHED' || Boolean(one.expires_at || one.ending || one.held);

export async function show(content, page) {
  const { mine, reload } = page;
  const [{ auths, non_fatals: remarks = [] }, { servers = [] }] = await Promise.all([data('ticket_list'), mine.has('fleet_server_list') ? data('fleet_server_list') : {}]);
  const names = servers.map((one) => one.name);
  const where = field('Server', names.length ? select(names, names[0]) : input({}));
  const open = button('Open ticket', () => busy(open, async () => {
    const made = await data('ticket_create_stub_ticket', where.control.value ? [['api.server', where.control.value]] : []);
    secrets.set(String(made.ticket_id), made.secure_id);
    await reload();
    document.getElementById(`ticket-${made.ticket_id}`)?.focus();
    say(`Ticket ${made.ticket_id} is open.`);
  }), 'main');
  content.append(row(mine.has('ticket_create_stub_ticket') && [where, open], button('Reload tickets', reload)), list(remarks));
  const closed = auths.filter((one) => one.ticket_status !== 'OPEN');
  if (closed.length) {
    const end = button('Revoke and remove closed tickets', () => confirmed(end, 'Revoke and remove closed tickets?', 'ticket_remove_closed', [['api.wait', 20]], reload), 'change');
    content.append(el('section', { class: 'change' }, el('h2', {}, state('bad', 'Closed tickets that still have access')), mine.has('ticket_remove_closed') && row(end), closed.map((one) => ticket(one, page))));
  }
  const others = auths.filter((one) => one.ticket_status === 'OPEN').sort((one, other) => secrets.has(String(other.ticket_id)) - secrets.has(String(one.ticket_id)));
  content.append(...others.map((one) => ticket(one, page)));
  if (!auths.length) content.append('There is no open ticket, and no closed one has access.');
}

/** Asks with what a dry run says, then does it. */
function confirmed(node, title, name, given, after) {
  const what = el('div', {}, 'Asking what that would change…');
  dialog(title, (close) => {
    const make = button('Do it', () => busy(make, async () => {
      const answer = await call(name, given);
      close();
      await after();
      say(answer.reason);
    }), 'main change');
    wouldDo(name, given).then((lines) => what.replaceChildren(list(lines)), (failure) => { if (!(failure instanceof Refused)) throw failure; what.replaceChildren(state('bad', failure.message)); });
    return [what, row(make, button('Cancel', () => close()))];
  });
}

function ticket(first, { mine, go, reload }) {
  const id = String(first.ticket_id);
  const servers = el('div', {});
  const result = el('div', {});
  const secret = secrets.get(id);
  const node = el('section', { 'aria-labelledby': `ticket-${id}` },
    el('h2', { id: `ticket-${id}`, tabindex: '-1' }, `Ticket ${id}: ${first.ticket_subject} (${first.ticket_status})`),
    secret && el('p', {}, 'Its secret is known to this page alone. ', button('Copy the secret', () => copy(secret))), servers, result,
    row(mine.has('ticket_receipt') && button(`Receipt of ${id}`, () => go('grant_cpanel_support_access', `?receipt=${id}`)),
      mine.has('ticket_close') && first.ticket_status === 'OPEN' && button(`Close ${id}`, (event) => confirmed(event.target, `Close ticket ${id}?`, 'ticket_close', [['ticket_id', id]], reload), 'change')));

  function shown(one) {
    servers.replaceChildren(table('Servers', [
      ['Server', (at) => at.server_name],
      ['User', (at) => at.ssh_username],
      ['SSH', (at) => at.ssh_command ?? at.ssh ?? 'not stated yet'],
      ['Access', access],
      ['Time', (at) => (at.expires_at ? [countdown(at.expires_at), `, until ${time(at.expires_at)}`] : '–')],
      ['Granted by', (at) => (at.granted_by ? `${at.granted_by}, token ${at.granted_by_token}` : '–')],
      ['Actions', (at) => row(
        first.ticket_status === 'OPEN' && mine.has('ticket_grant') && button('Grant…', () => grant(at), 'main'),
        mine.has('ticket_ssh_test') && button('Test', (event) => busy(event.target, () => test(at))),
        mine.has('ticket_revoke') && stands(at) && button('Revoke…', () => revoke(at), 'change'))],
    ], one.servers));
    servers.querySelectorAll('tbody button').forEach((one) => one.setAttribute('aria-label', `${one.textContent} ticket ${id} on ${one.closest('tr').cells[0].textContent}`));
  }
  async function refresh() {
    const { auths: [now] } = await data('ticket_list', [['ticket_id', id]]);
    if (now) shown(now);
    return now?.servers ?? [];
  }
  function tell(heading, ...lines) {
    const title = el('h3', { tabindex: '-1' }, heading);
    result.replaceChildren(title, ...lines);
    title.focus({ preventScroll: true });
    say(typeof heading === 'string' ? heading : heading.textContent);
  }
  /** What goes on, and for how long, until somebody stops it or leaves. */
  function watch(sentence) {
    const since = Date.now();
    const words = el('span', {}, sentence);
    const progress = { on: true, until: (text) => { words.textContent = `${text} ${span((Date.now() - since) / 1000)} so far.`; return progress.on && node.isConnected; } };
    result.replaceChildren(el('p', {}, el('progress', { 'aria-label': sentence }), ' ', words), row(button('Stop watching', () => { progress.on = false; })));
    say(sentence);
    return progress;
  }
  const on = (at) => [['ticket_id', id], ['server_num', at.server_num]];
  const doors = (answered) => list([
    ...Object.keys(DOORS).filter((door) => answered[door]).map((door) => `${DOORS[door]}: ${WORDS[answered[door]] ?? answered[door]} (${answered[door]})`),
    ...(answered.non_fatals ?? []), ...(answered.simulated ? ['The server is a folder: no process and no firewall was looked at.'] : []),
  ]);

  function grant(at) {
    const hidden = field('Secret of the ticket', input({ type: 'password', required: true, value: secrets.get(id) }), 'As ticket_create_stub_ticket showed it.');
    hidden.hidden = secrets.has(id);
    const ttl = field('For', select([[3600, 'an hour'], [14400, '4 hours'], [86400, 'a day'], [259200, '3 days'], [604800, '7 days']], 86400));
    const what = el('div', { 'aria-live': 'polite' }, hidden.hidden ? '' : 'A dry run comes first: it says what would change.');
    const given = () => [...on(at), ['secure_id', hidden.control.value.trim()], ['api.ttl', ttl.control.value]];
    dialog(`Grant access to ${at.server_name}`, (close) => {
      const make = button('Grant', () => busy(make, async () => {
        secrets.set(id, hidden.control.value.trim());
        const sent = given();
        close();
        await granted(at, sent);
      }), 'main change');
      const dry = button('Dry run', () => busy(dry, async () => {
        make.disabled = true;
        what.replaceChildren('Asking what that would change…');
        const answer = await wouldDo('ticket_grant', given()).catch((failure) => failure);
        if (answer.signedOut) throw answer;
        const failed = answer instanceof Error;
        what.replaceChildren(failed ? state('bad', answer.message) : el('div', {}, el('h3', {}, 'What would change'), list(answer)));
        make.disabled = failed;
      }));
      make.disabled = true;
      for (const one of [hidden, ttl]) one.control.addEventListener('change', () => { make.disabled = true; if (hidden.control.value) dry.click(); });
      if (hidden.hidden) dry.click();
      return [hidden, ttl, what, row(dry, make, button('Cancel', () => close()))];
    });
  }
  async function granted(at, sent) {
    const progress = watch(`Granting on ${at.server_name}…`);
    const answer = await call('ticket_grant', [...sent, ['api.wait', 20]]);
    if (answer.result !== 1) return tell(state('bad', 'Not granted'), el('p', {}, answer.reason));
    let [status, looks] = [answer.data.auth_status, 0];
    const mine = (all) => all.find((one) => one.server_num === at.server_num && one.ssh_username === answer.data.ssh_username);
    await refresh();
    while (status !== 'AUTHED' && answer.data.chain_status === 'ERR_UNKNOWN' && progress.until(`${at.server_name} has not confirmed yet; the grant stands and is repeated.`)) {
      await pause(2000);
      status = mine(await refresh())?.auth_status;
      if (++looks % 5 === 0 && (await call('ticket_ssh_test', on(at))).data.accounts?.some((one) => one.result === 'AUTH' && one.told !== 0)) break; // It knows of the grant, and waiting lets nobody in.
    }
    if (status === 'AUTHED') return tell(state('good', `AUTHED: the vendor can log in to ${at.server_name}`), doors(answer.data.auth_status === 'AUTHED' ? answer.data : {}));
    const why = await call('ticket_ssh_test', [...on(at), ['api.wait', 20]]);
    return tell(state('warn', 'NOT_AUTHED, and why'), tested(why), doors(answer.data));
  }
  const tested = (answer) => (answer.result !== 1 ? el('p', {}, answer.reason) : list([
    `${answer.data.result}: ${TESTS[answer.data.result] ?? ''}`,
    ...(answer.data.accounts ?? []).flatMap((one) => [`${one.ssh_username}: ${one.result}`, ...one.because]),
    ...(answer.data.non_fatals ?? []),
  ]));
  async function test(at) {
    watch(`Testing ${at.server_name}…`);
    const answer = await call('ticket_ssh_test', [...on(at), ['api.wait', 20]]);
    const good = answer.data.result === 'SUCCESS';
    tell(state(good ? 'good' : 'bad', `Test of ${at.server_name}: ${answer.data.result ?? 'refused'}`), tested(answer));
  }
  function revoke(at) {
    const what = el('div', {}, 'Asking what that would change…');
    const given = [...on(at), ['ssh_username', at.ssh_username]];
    dialog(`Revoke access to ${at.server_name}?`, (close) => {
      wouldDo('ticket_revoke', given).then((lines) => what.replaceChildren(list(lines)), (failure) => { if (failure.signedOut) throw failure; what.replaceChildren(state('warn', failure.message)); });
      // What closes access waits for nothing: not for the dry run either.
      return [what, row(button('Revoke', () => { close(); revoked(at, given); }, 'main change'), button('Cancel', () => close()))];
    });
  }
  /** Asks again until it is proven, which is harmless. */
  async function revoked(at, given) {
    const progress = watch(`Revoking on ${at.server_name}…`);
    let answer = await call('ticket_revoke', [...given, ['api.wait', 10]]);
    while (answer.result !== 1 && /revoking|not known whether/.test(answer.reason) && !answer.data.unattributed && progress.until(answer.reason)) {
      await pause(2000);
      answer = await call('ticket_revoke', [...given, ['api.wait', 10]]);
    }
    await refresh();
    if (answer.result === 1) return tell(state('good', `Proven gone from ${at.server_name}`), el('p', {}, 'The server has stated that the key is gone and that no login by it lives.'), doors(answer.data));
    const { unattributed = [], questions = [] } = answer.data;
    const end = unattributed.length > 0 && button('End these sessions', () => revoked(at, [...given, ['api.end_unattributed', unattributed.map((one) => one.id).join(',')]]), 'change');
    return tell(state('warn', 'Not proven gone yet'), el('p', {}, answer.reason), list(questions),
      unattributed.length > 0 && table('Sessions that may be the vendor’s', [['Session', (one) => one.id], ['Account', (one) => one.account ?? 'unknown'], ['From', (one) => one.source ?? 'unknown'], ['Since', (one) => time(one.since)]], unattributed),
      row(button('Try again', () => revoked(at, given)), end));
  }
  shown(first);
  return node;
}
