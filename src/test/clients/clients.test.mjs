// Existing clients from npm, unmodified, against a running Latchkey. What to talk to comes by environment:
// LATCHKEY_HTTP_PORT, LATCHKEY_HTTPS_PORT and LATCHKEY_ROOT_TOKEN; NODE_EXTRA_CA_CERTS names the server's certificate.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';

const require = createRequire(import.meta.url);
const CPanelLib = require('cpanel-lib');
const { WHM } = require('cpanel-rest-api');

const httpPort = Number(process.env.LATCHKEY_HTTP_PORT);
const httpsPort = Number(process.env.LATCHKEY_HTTPS_PORT);
const rootToken = process.env.LATCHKEY_ROOT_TOKEN;

/** cpanel-lib has callbacks; `version` null leaves api.version out, as it does by default. */
function cpanelLib(token = rootToken, user = 'root') {
  const client = CPanelLib.createClient({ host: 'localhost', port: httpsPort, secure: true, username: user, accessKey: token });
  return (action, query = {}, version = 1) =>
    new Promise((resolve, reject) =>
      client.call(action, version === null ? query : { 'api.version': version, ...query }, (error, answer) =>
        error ? reject(error) : resolve(answer)));
}

function restApi(token = rootToken, secure = true) {
  return new WHM({ host: 'localhost', port: secure ? httpsPort : httpPort, secure, username: 'root', accessKey: token });
}

const granted = (token) => Object.entries(token.acls).filter(([, value]) => value === 1).map(([name]) => name).sort();

test('cpanel-lib creates, lists, uses, updates and revokes a token', async () => {
  const root = cpanelLib();
  const made = await root('api_token_create', { token_name: 'lib', acl: ['list-accts', 'manage-api-tokens'] });
  assert.equal(made.metadata.result, 1, made.metadata.reason);

  // It sends acl[0]=…&acl[1]=…, which must not be passed over: the token would have every privilege.
  const listed = await root('api_token_list');
  assert.deepEqual(granted(listed.data.tokens.lib), ['list-accts', 'manage-api-tokens']);

  const mine = cpanelLib(made.data.token);
  const privileges = (await mine('myprivs')).data.privileges[0];
  assert.equal(privileges['list-accts'], 1);
  assert.equal(privileges.all, 0);

  const updated = await root('api_token_update', { token_name: 'lib', new_name: 'lib2', acl: ['list-accts'] });
  assert.deepEqual(updated.data.acls, ['list-accts']);
  assert.match((await mine('api_token_list')).metadata.reason, /manage-api-tokens/);

  assert.equal((await root('api_token_revoke', { token_name: ['lib2'] })).metadata.result, 1);
  assert.equal((await mine('version')).cpanelresult.error, 'Access denied');
});

test('cpanel-lib speaks WHM API 0 unless it is told otherwise', async () => {
  const root = cpanelLib();
  assert.deepEqual(Object.keys(await root('version', {}, null)), ['version']);
  assert.ok((await root('applist', {}, null)).app.includes('gethostname'));
  assert.equal((await root('nothing', {}, null)).error, 'Unknown App Requested: nothing');
});

test('cpanel-lib logs in with a token as the password', async () => {
  const client = CPanelLib.createClient({ host: 'localhost', port: httpPort, secure: false, username: 'root', password: rootToken });
  const answer = await new Promise((resolve, reject) =>
    client.call('version', { 'api.version': 1 }, (error, data) => (error ? reject(error) : resolve(data))));
  assert.equal(answer.metadata.result, 1);
});

for (const secure of [true, false]) {
  test(`cpanel-rest-api creates, lists, uses, updates and revokes a token over ${secure ? 'HTTPS' : 'HTTP'}`, async () => {
    const root = restApi(rootToken, secure);
    const name = secure ? 'rest-tls' : 'rest';
    const made = await root.api({ action: 'api_token_create', params: { token_name: name, acl: 'list-accts' } });
    assert.deepEqual(made.acls, ['list-accts']);

    const { tokens } = await root.api('api_token_list');
    assert.deepEqual(granted(tokens[name]), ['list-accts']);

    const mine = restApi(made.token, secure);
    assert.match((await mine.api('version')).version, /^11\.\d+/);
    await assert.rejects(mine.api('api_token_list'), /manage-api-tokens/);

    const updated = await root.api({ action: 'api_token_update', params: { token_name: name, new_name: `${name}-2` } });
    assert.deepEqual(updated.acls, ['list-accts']);

    await root.api({ action: 'api_token_revoke', params: { token_name: `${name}-2` } });
    await assert.rejects(mine.api('version'), /403/);
  });
}

test('cpanel-rest-api filters, sorts and pages a list', async () => {
  const root = restApi();
  const { app } = await root.api({
    action: 'applist',
    params: {
      'api.filter.enable': 1, 'api.filter.a.field': '*', 'api.filter.a.type': 'begins', 'api.filter.a.arg0': 'api_token_',
      'api.sort.enable': 1, 'api.sort.a.field': '*', 'api.sort.a.reverse': 1,
      'api.chunk.enable': 1, 'api.chunk.start': 1, 'api.chunk.size': 2,
    },
  });
  assert.deepEqual(app, ['api_token_update', 'api_token_rotate']);
});

test("cpanel-lib goes through WHM's own sequence of a ticket", async () => {
  const root = cpanelLib();
  const stub = await root('ticket_create_stub_ticket', { 'api.server': 'web01' });
  assert.equal(stub.metadata.result, 1, stub.metadata.reason);
  const { ticket_id, secure_id } = stub.data;

  const grant = await root('ticket_grant', { ticket_id, secure_id, server_num: 1, 'api.wait': 20 });
  assert.equal(grant.data?.auth_status, 'AUTHED', grant.metadata.reason);
  assert.equal(grant.data.server_name, 'web01');

  const mine = (listed) => listed.data.auths.find((auth) => auth.ticket_id === ticket_id);
  assert.equal(mine(await root('ticket_list')).servers[0].auth_status, 'AUTHED');

  const revoke = await root('ticket_revoke', { ticket_id, server_num: 1, ssh_username: 'root', 'api.wait': 20 });
  assert.equal(revoke.metadata.result, 1, revoke.metadata.reason);
  assert.equal(revoke.data.revoked_keys, 1);
  assert.equal(mine(await root('ticket_list')).servers[0].auth_status, 'NOT_AUTHED');
});

test('cpanel-rest-api shows the reason of a refusal', async () => {
  const root = restApi();
  await assert.rejects(root.api({ action: 'api_token_create', params: { token_name: 'a b' } }), /token_name: “a b” is not a valid token name/);
  await assert.rejects(root.api({ action: 'api_token_create', params: { token_name: 'x', acl: 'upgrade-acct' } }), /did you mean “upgrade-account”/);
  await assert.rejects(root.api('csf_allow'), /Unknown app \("csf_allow"\) requested/);
});
