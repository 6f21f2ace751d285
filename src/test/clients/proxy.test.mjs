// The same clients with the port that they have wired in: nobody tells them one. LATCHKEY_PROXY is where infra/proxy listens
// on it, LATCHKEY_ROOT_TOKEN the token; NODE_EXTRA_CA_CERTS names the proxy's certificate.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';

const require = createRequire(import.meta.url);
const CPanelLib = require('cpanel-lib');
const { WHM } = require('cpanel-rest-api');

const host = process.env.LATCHKEY_PROXY;
const token = process.env.LATCHKEY_ROOT_TOKEN;

test('cpanel-lib finds 2087 and makes and revokes a token there', async () => {
  const client = CPanelLib.createClient({ host, secure: true, username: 'root', accessKey: token });
  const call = (action, query) =>
    new Promise((resolve, reject) =>
      client.call(action, { 'api.version': 1, ...query }, (error, answer) => (error ? reject(error) : resolve(answer))));
  const made = await call('api_token_create', { token_name: 'proxied', acl: ['list-accts'] });
  assert.equal(made.metadata.result, 1, made.metadata.reason);
  assert.equal((await call('api_token_revoke', { token_name: 'proxied' })).metadata.result, 1);
});

test('cpanel-rest-api finds 2087', async () => {
  const client = new WHM({ host, secure: true, username: 'root', accessKey: token });
  assert.match((await client.api('version')).version, /^11\.\d+/);
});
