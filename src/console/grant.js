// Lets the vendor in, and says why if the server does not; loaded when somebody wants to.

import { dialog, wouldDo } from './ask.js';
import { call } from './call.js';
import { busy, button, el, field, input, list, row, select, state } from './el.js';
import { doors } from './revoke.js';

const TTLS = [[3600, 'an hour'], [14400, '4 hours'], [86400, 'a day'], [259200, '3 days'], [604800, '7 days']];
const TESTS = {
  SUCCESS: 'The vendor would get in.', REFUSED: 'Its sshd cannot be reached from the vendor’s network.', TIMEOUT: 'Its sshd, or the server, does not answer.',
  PROTOCOL: 'What answers there is not SSH.', AUTH: 'Its sshd refuses the login.', ENVIRONMENT: 'The login does not give a shell.',
  ESCALATE: 'The account cannot become root.', UNKNOWN: 'It could not be found out.', PENDING: 'The test is still running: test again.',
};

export function grant(card, at) {
  const known = card.secret();
  const secret = field('Secret of the ticket', input({ type: 'password', required: true, value: known }), 'As ticket_create_stub_ticket showed it.');
  secret.hidden = Boolean(known);
  const ttl = field('For', select(TTLS, 86400));
  const what = el('div', { 'aria-live': 'polite' }, known ? '' : 'A dry run comes first: it says what would change.');
  const given = () => [...card.on(at), ['secure_id', secret.control.value.trim()], ['api.ttl', ttl.control.value]];
  dialog(`Grant access to ${at.server_name}`, (close) => {
    const make = button('Grant', () => {
      const sent = given();
      card.keep(secret.control.value.trim());
      close();
      return granted(card, at, sent);
    }, 'main change');
    const dry = button('Dry run', () => busy(dry, async () => {
      make.disabled = true;
      what.replaceChildren('Asking what that would change…');
      const answer = await wouldDo('ticket_grant', given()).catch((failure) => failure);
      if (answer.signedOut) throw answer;
      const failed = answer instanceof Error;
      what.replaceChildren(failed ? state('bad', answer.message) : answer);
      make.disabled = failed;
    }));
    make.disabled = true;
    for (const one of [secret, ttl]) one.control.addEventListener('change', () => { make.disabled = true; if (secret.control.value) dry.click(); });
    if (known) dry.click();
    return [secret, ttl, what, row(dry, make, button('Cancel', () => close()))];
  });
}

function granted(card, at, sent) {
  return card.watch(at, `Granting on ${at.server_name}…`, async ({ goesOn, tell }) => {
    const answer = await call('ticket_grant', [...sent, ['api.wait', 20]]);
    if (answer.late) return tell(state('warn', 'Whether it was granted is not known'), el('p', {}, answer.reason, ' “Reload tickets” shows what stands; to grant again is harmless.'));
    if (answer.result !== 1) return tell(state('bad', 'Not granted'), el('p', {}, answer.reason));
    let { auth_status: status } = answer.data;
    let looks = 0;
    await card.refresh();
    while (status !== 'AUTHED' && answer.data.chain_status === 'ERR_UNKNOWN' && await goesOn(`${at.server_name} has not confirmed yet; the grant stands and is repeated.`)) {
      const servers = await card.refresh();
      if (!servers) break;
      status = servers.find((one) => one.server_num === at.server_num && one.ssh_username === answer.data.ssh_username)?.auth_status;
      // It knows of the grant, and waiting lets nobody in.
      if (++looks % 5 === 0 && (await call('ticket_ssh_test', card.on(at))).data.accounts?.some((one) => one.result === 'AUTH' && one.told !== 0)) break;
    }
    if (status === 'AUTHED') return tell(state('good', `AUTHED: the vendor can log in to ${at.server_name}`), doors(answer.data.auth_status === 'AUTHED' ? answer.data : {}));
    const why = await call('ticket_ssh_test', [...card.on(at), ['api.wait', 20]]);
    return tell(state('warn', why.result === 1 ? 'NOT_AUTHED, and why' : 'Granted; whether the vendor can log in is not known'), tested(why), doors(answer.data));
  });
}

const tested = (answer) => (answer.result !== 1 ? el('p', {}, answer.reason) : list([
  `${answer.data.result}: ${TESTS[answer.data.result] ?? ''}`,
  ...(answer.data.accounts ?? []).flatMap((one) => [`${one.ssh_username}: ${one.result}`, ...one.because]),
  ...(answer.data.non_fatals ?? []),
]));

export function test(card, at) {
  return card.watch(at, `Testing ${at.server_name}…`, async ({ tell }) => {
    const answer = await call('ticket_ssh_test', [...card.on(at), ['api.wait', 20]]);
    const { result } = answer.data;
    tell(state(result === 'SUCCESS' ? 'good' : 'bad', `Test of ${at.server_name}: ${result ?? 'no answer'}`), tested(answer));
  });
}
