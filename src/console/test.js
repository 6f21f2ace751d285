// What a vendor would come to on a server, and why; loaded when somebody asks.

import { remarks } from './ask.js';
import { call } from './call.js';
import { el, list, state, time } from './el.js';

const TESTS = {
  SUCCESS: 'The vendor would get in.', REFUSED: 'Its sshd cannot be reached from the vendor’s network.', TIMEOUT: 'Its sshd, or the server, does not answer.',
  PROTOCOL: 'What answers there is not SSH.', AUTH: 'Its sshd refuses the login.', ENVIRONMENT: 'The login does not give a shell.',
  ESCALATE: 'The account cannot become root.', UNKNOWN: 'It could not be found out.', PENDING: 'The test is still running: test again.',
};

/** Why its word says nothing of the server's sshd. */
function untested({ result, accounts = [] }) {
  if (!accounts.length) return 'There is no access to test.';
  return accounts.filter((one) => one.result === result).every((one) => one.told === 0) ? 'The server has not been told of the grant yet: test again.' : '';
}

export const tested = ({ data, result, reason }) => (result !== 1 ? el('p', {}, reason) : list([
  ...(data.tested_at ? [`Looked at ${time(data.tested_at)}, by the server’s clock.`] : []), untested(data) || `${data.result}: ${TESTS[data.result] ?? ''}`,
  ...(data.accounts ?? []).flatMap((one) => [`${one.ssh_username}: ${one.told === 0 ? 'not tested yet' : one.result}`, ...one.because]),
  ...remarks(data),
]));

export function test(card, at) {
  return card.watch(at, `Testing ${at.server_name}…`, async ({ tell }) => {
    const answer = await call('ticket_ssh_test', [...card.on(at), ['api.wait', 20]]);
    const { result } = answer.data;
    if (answer.result === 1 && untested(answer.data)) return tell(state('warn', `${at.server_name} was not tested`), tested(answer));
    return tell(state(result === 'SUCCESS' ? 'good' : 'bad', `Test of ${at.server_name}: ${result ?? 'no answer'}`), tested(answer));
  });
}
