// What answers say beside their result, and answers to what does not stand on the page any more.

import assert from 'node:assert/strict';
import { PATIENCE, settled, signedIn, signIn } from './browser.mjs';
import { answered, granted, hurried, NOW, sampleOf, script, ticketOf, tickets } from './scripted.mjs';

/** Answers that a test lets go, one after the other. */
function held(seen = []) {
  const waiting = [];
  const asked = [];
  return {
    seen,
    route: async (route) => {
      seen.push(new URLSearchParams(route.request().postData()));
      const answer = new Promise((resolve) => { waiting.push(resolve); });
      asked.splice(0).forEach((look) => look());
      await route.fulfill(await answer);
    },
    /** Waits until so many were asked for. */
    isAsked: (times) => new Promise((resolve, reject) => {
      const end = setTimeout(() => reject(new Error(`asked ${seen.length} times, not ${times}`)), PATIENCE);
      const look = () => {
        if (seen.length < times) return asked.push(look);
        clearTimeout(end);
        return resolve();
      };
      look();
    }),
    let: (answer) => waiting.shift()(answer),
  };
}

export function answers({ inBrowser }) {
  /** Each text that the functions of a page declare is on it, but for those that are named. */
  const shown = (name, text, ...except) => {
    const all = [];
    sampleOf(name, (path) => all.push(path));
    assert.ok(except.every((one) => all.includes(one)), except.join());
    assert.deepEqual([...new Set(all)].filter((one) => !except.includes(one) && !text.includes(`«${one}»`)), [], name);
  };
  const sampled = (name, change = {}) => answered(name, 1, 'OK', { ...sampleOf(name, (path) => `«${path}»`), ...change });

  inBrowser('a receipt shows all that its answer says, and what nobody proved gone', async (context) => {
    await context.route('**/json-api/ticket_receipt', script([
      sampled('ticket_receipt'), answered('ticket_receipt', 1, 'OK', { receipts: [], unproven: ['web01 as root: the server was removed'] }), answered('ticket_receipt', 1, 'OK', { receipts: [] }),
    ]));
    const page = await signedIn(context, '/console/grant_cpanel_support_access?receipt=7');
    const main = page.locator('main');
    await main.getByText('«receipts.verdict»').waitFor();
    shown('ticket_receipt', await main.textContent());
    const again = async () => {
      await page.evaluate(() => window.dispatchEvent(new PopStateEvent('popstate')));
      await settled(page);
    };
    await again();
    await main.getByText('web01 as root: the server was removed').waitFor();
    await main.getByRole('heading', { name: 'Nobody proved this gone' }).waitFor();
    assert.doesNotMatch(await main.textContent(), /No access of this ticket/);
    await again();
    await main.getByText('No access of this ticket was taken away yet.').waitFor();
  });

  inBrowser('what a grant, a test and a revoke say beside is shown, and a door that others need is not the vendor’s', async (context) => {
    await tickets(context, [ticketOf(7)]);
    const doors = { chain_status: 'ACTIVE', host_access_wl_status: 'INACTIVE', csf_wl_status: 'ERR_UNSETUP', hulk_wl_status: 'ACTIVE' };
    await context.route('**/json-api/ticket_grant', script([answered('ticket_grant', 1, 'OK', { would: [] }), sampled('ticket_grant', { ssh_username: 'root', auth_status: 'AUTHED', ...doors })]));
    await context.route('**/json-api/ticket_ssh_test', script([sampled('ticket_ssh_test', { result: 'UNKNOWN', accounts: [{ ssh_username: '«accounts.ssh_username»', result: 'UNKNOWN', because: ['«accounts.because»'] }] })]));
    await context.route('**/json-api/ticket_revoke', script([answered('ticket_revoke', 1, 'OK', { would: [] }), sampled('ticket_revoke', { revoked_keys: 1, ...doors })]));
    const page = await signedIn(context);
    const card = page.locator('main section');
    const dialog = page.locator('dialog');
    await card.getByRole('button', { name: /^Grant… / }).click();
    await dialog.getByLabel('Secret of the ticket').fill('x');
    await dialog.getByRole('button', { name: 'Dry run' }).click();
    await dialog.getByRole('button', { name: 'Grant', exact: true }).click();
    await card.getByText('AUTHED: the vendor can log in to web09').waitFor();
    // The row of the list has the command and the rest.
    shown('ticket_grant', await card.textContent(), 'ticket_id', 'server_num', 'ssh_username', 'auth_status', 'ticket_status', 'server_name', 'ssh', 'ssh_command', 'host_keys.known_hosts', ...Object.keys(doors));
    await card.getByRole('button', { name: /^Test / }).click();
    await card.getByText('It could not be found out.').waitFor();
    shown('ticket_ssh_test', await card.textContent(), 'server_name', 'result', 'accounts.result');
    assert.match(await card.textContent(), /The server is a folder/);
    // The list still says how the doors stood.
    await card.locator('td summary', { hasText: 'Doors at' }).click();
    assert.match(await card.locator('td details').textContent(), /Firewall: lets the vendor in \(ACTIVE\)/);
    await card.getByRole('button', { name: /^Revoke… / }).click();
    await dialog.getByRole('button', { name: 'Revoke access to web09' }).click();
    await card.getByText('Proven gone from web09').waitFor();
    const text = await card.textContent();
    assert.match(text, /Firewall: still open, for other grants \(ACTIVE\).*hosts\.allow: has no entry for the vendor.*CSF: could not be closed/);
    assert.doesNotMatch(text, /lets the vendor in/);
    assert.match(text, /«non_fatals».*The server is a folder/);
  });

  inBrowser('two accounts of a ticket on a server are watched each by itself', async (context) => {
    await hurried(context);
    await tickets(context, [ticketOf(7, { servers: [granted, { ...granted, ssh_username: 'ann' }] })]);
    await context.route('**/json-api/ticket_revoke', (route) => {
      const sent = new URLSearchParams(route.request().postData());
      if (sent.has('api.dry_run')) return route.fulfill(answered('ticket_revoke', 1, 'OK', { would: [] }));
      return route.fulfill(sent.get('ssh_username') === 'ann' ? answered('ticket_revoke', 1, 'OK', { revoked_keys: 1 }) : answered('ticket_revoke', 0, 'revoking: web09 sleeps', { waits_for: 'person' }));
    });
    const page = await signedIn(context);
    for (const index of [0, 1]) {
      await page.getByRole('button', { name: /^Revoke… / }).nth(index).click();
      await page.locator('dialog').getByRole('button', { name: 'Revoke access' }).click();
    }
    await page.locator('h3', { hasText: 'Proven gone from web09' }).waitFor();
    await page.locator('h3', { hasText: 'Not proven gone yet' }).waitFor();
  });

  inBrowser('a grant waits for a dry run of the values that it is made with', async (context) => {
    await tickets(context, [ticketOf(7)]);
    const dry = held();
    const sent = [];
    await context.route('**/json-api/ticket_grant', (route) => (route.request().postData().includes('api.dry_run') ? dry.route(route)
      : script([answered('ticket_grant', 0, 'No.')], sent)(route)));
    const page = await signedIn(context);
    await page.getByRole('button', { name: /^Grant… / }).click();
    const dialog = page.locator('dialog');
    const make = dialog.getByRole('button', { name: 'Grant', exact: true });
    await dialog.getByLabel('Secret of the ticket').fill('x');
    await dialog.getByRole('button', { name: 'Dry run' }).click();
    await dry.isAsked(1);
    await dialog.getByLabel('For').selectOption('604800');
    const would = (audit) => answered('ticket_grant', 1, 'OK', { would: [{ audit }] });
    dry.let(would('until tomorrow'));
    await dry.isAsked(2);
    assert.equal(await make.isDisabled(), true);
    assert.doesNotMatch(await dialog.textContent(), /until tomorrow/);
    dry.let(would('for 7 days'));
    await dialog.getByText('for 7 days').waitFor();
    assert.deepEqual(dry.seen.map((one) => one.get('api.ttl')), ['86400', '604800']);
    // What is typed and not yet left counts, too.
    await dialog.getByLabel('Secret of the ticket').pressSequentially('y');
    assert.equal(await make.isDisabled(), true);
    await page.keyboard.press('Backspace');
    await make.click();
    await page.locator('h3', { hasText: 'Not granted' }).waitFor();
    assert.deepEqual(sent.map((one) => [one.get('api.ttl'), one.get('secure_id')]), [['604800', 'x']]);
  });

  inBrowser('the servers’ answers to a revoked key stay, whatever a dry run says later', async (context) => {
    const dry = held();
    await context.route('**/json-api/fleet_key_revoke', (route) => (route.request().postData().includes('api.dry_run') ? dry.route(route)
      : route.fulfill(sampled('fleet_key_revoke', { next: undefined }))));
    await context.route('**/json-api/fleet_key_scan', script([sampled('fleet_key_scan', { next: undefined })]));
    const page = await signedIn(context, '/console/manage_roots_ssh_keys');
    const button = page.getByRole('button', { name: /^Revoke everywhere… SHA256/ }).first();
    const print = (await button.getAttribute('aria-label')).split(' ').pop();
    await button.click();
    const dialog = page.locator('dialog');
    await dialog.getByRole('button', { name: 'Dry run' }).click();
    await dry.isAsked(1);
    await dialog.getByLabel(/last four/).fill(print.slice(-4));
    await dialog.getByRole('button', { name: 'Revoke everywhere' }).click();
    await dialog.locator('[role=status]', { hasText: 'Proven gone from 1 server.' }).waitFor();
    dry.let(answered('fleet_key_revoke', 1, 'OK', { would: [{ audit: 'what would be' }] }));
    await dialog.getByRole('button', { name: 'Dry run' }).and(dialog.locator(':enabled')).waitFor();
    const text = await dialog.textContent();
    assert.doesNotMatch(text, /what would be/);
    assert.match(text, /«servers.server»: proven gone.*runs on: «servers.data.left».*The server is a folder/);
    // Who revoked it, and why, is of this call.
    shown('fleet_key_revoke', text, 'servers.reason', 'servers.data.fingerprint', 'servers.data.revoked_by', 'servers.data.reason', 'servers.data.waits_for', 'next');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await settled(page);
    await page.getByRole('button', { name: 'Scan all servers now' }).click();
    await dialog.getByText('not read: «servers.data.unread»').waitFor();
  });

  inBrowser('the lists of keys and tokens show what their answers say', async (context) => {
    for (const name of ['fleet_key_list', 'fleet_drift', 'fleet_server_list', 'api_token_list']) await context.route(`**/json-api/${name}`, script([sampled(name, { next: undefined })]));
    const page = await signedIn(context, '/console/manage_roots_ssh_keys');
    await page.getByText('«keys.fingerprint»').waitFor();
    const text = await page.locator('main').textContent();
    shown('fleet_key_list', text, 'keys.acknowledged', 'next'); // It was given.
    shown('fleet_drift', text, 'next');
    shown('fleet_server_list', text, 'servers.node', 'servers.key_file', 'servers.revoked_keys', 'servers.agent_sha256', 'servers.ssh_version');
    await page.locator('nav a', { hasText: 'API Tokens' }).click();
    await page.getByText('«tokens.name.name»').waitFor();
    shown('api_token_list', await page.locator('main').textContent());
    assert.match(await page.locator('main').textContent(), /1 call this month of 1/);
  });

  inBrowser('what a change of a token says beside stays until it is read', async (context) => {
    const token = { name: 'deploy', create_time: NOW, expires_at: null, whitelist_ips: null, acls: { 'list-accts': 1 }, last_used: null, last_ip: null, calls_this_month: 0 };
    await context.route('**/json-api/api_token_list', script([answered('api_token_list', 1, 'OK', { tokens: { deploy: token } })]));
    await context.route('**/json-api/api_token_update', script([answered('api_token_update', 1, 'OK', { non_fatals: ['“deploy-rotated-1” was not changed'] })]));
    await context.route('**/json-api/api_token_rotate', script([answered('api_token_rotate', 1, 'OK', { name: 'deploy', token: 'VALUE', rotated_name: 'deploy-rotated-2', rotated_expires_at: NOW, non_fatals: ['“deploy-rotated-1” is still good'] })]));
    await context.route('**/json-api/api_token_revoke', script([answered('api_token_revoke', 1, 'OK', { would: [] }), answered('api_token_revoke', 1, 'OK', { non_fatals: ['“deploy-rotated-2” is still good'] })]));
    const page = await signedIn(context, '/console/api_tokens');
    const dialog = page.locator('dialog');
    await page.getByRole('button', { name: 'Edit deploy' }).click();
    await dialog.getByRole('button', { name: 'Change it' }).click();
    await dialog.getByRole('heading', { name: 'The token is changed.' }).waitFor();
    await dialog.getByText('“deploy-rotated-1” was not changed').waitFor();
    await dialog.getByRole('button', { name: 'OK' }).click();
    await page.getByRole('button', { name: 'Rotate deploy' }).click();
    await dialog.getByRole('button', { name: 'Rotate' }).click();
    await dialog.getByText('The old value, now “deploy-rotated-2”, is good until').waitFor();
    await dialog.getByText('“deploy-rotated-1” is still good').waitFor();
    await dialog.getByRole('button', { name: 'I saved it' }).click();
    await settled(page);
    await page.getByRole('button', { name: 'Revoke deploy' }).click();
    await dialog.getByRole('button', { name: 'Revoke deploy' }).click();
    await dialog.getByText('“deploy-rotated-2” is still good').waitFor();
  });

  inBrowser('a new token is as the one that makes it where nothing is said, and a day is asked for', async (context) => {
    const seen = [];
    await context.route('**/json-api/api_token_create', script([answered('api_token_create', 0, 'No.')], seen));
    const page = await signedIn(context, '/console/api_tokens');
    await page.getByRole('button', { name: 'Make a token' }).click();
    const dialog = page.locator('dialog');
    await dialog.getByLabel('Name').fill('new');
    await dialog.getByLabel('acct-summary').check();
    const make = dialog.getByRole('button', { name: 'Make it' });
    await dialog.getByLabel('Expires').selectOption('date');
    await make.click();
    assert.equal(await page.evaluate(() => document.querySelector('dialog input[type=date]').matches(':invalid')), true);
    assert.equal(seen.length, 0);
    await dialog.getByLabel('Expires').selectOption('as yours');
    await make.click();
    await dialog.locator('[role=status]', { hasText: 'No.' }).waitFor();
    assert.deepEqual(seen.map((one) => [...one.keys()].join()), ['api.version,token_name,acl-1']);
  });

  inBrowser('the shell sends an empty value where that says something', async (context) => {
    const seen = [];
    await context.route('**/json-api/setacls', script([answered('setacls', 1, 'OK', { dry_run: 1 })], seen));
    const page = await signedIn(context, '/console/api_shell?function=setacls');
    await page.getByLabel('reseller').fill('ann');
    await page.getByLabel('acl-list-accts', { exact: true }).fill('1');
    await page.getByLabel('send empty: acl-all', { exact: true }).check();
    for (const line of ['acl-all=&', '--data-urlencode acl-all= ', 'latchkey setacls reseller=ann acl-list-accts=1 acl-all=', 'whmapi1 setacls reseller=ann acl-list-accts=1 acl-all=']) {
      await page.waitForFunction((text) => [...document.querySelectorAll('main pre')].some((one) => `${one.textContent}&`.includes(text)), line);
    }
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.locator('ol li', { hasText: 'setacls' }).waitFor();
    assert.deepEqual(seen.map((one) => [one.get('acl-all'), one.get('acl-ssl')]), [['', null]]);
    await page.getByRole('button', { name: 'Again' }).first().click();
    assert.equal(await page.getByLabel('send empty: acl-all', { exact: true }).isChecked(), true);
    assert.equal(seen.length, 1);
  });

  inBrowser('a batch is marked as a change, is not repeated by itself, and keeps no secret of its commands', async (context) => {
    const seen = [];
    await context.route('**/json-api/batch', script([answered('batch', 1, 'OK', { result: [] })], seen));
    const page = await signedIn(context, '/console/api_shell?function=batch');
    const command = 'ticket_grant?ticket_id=7&secure%5Fid=hush1&server_num=1&secure_id=hush2';
    await page.getByLabel('command (required)').fill(command);
    await page.waitForFunction(() => document.querySelectorAll('main pre').length === 4);
    await page.waitForFunction(() => document.querySelectorAll('main pre')[1].textContent.includes('--data-urlencode command-1@command-1 '));
    assert.match((await page.locator('main pre').allTextContents())[3], /^# whmapi1 takes a secret/);
    await page.getByRole('button', { name: 'Call (changes something)' }).click();
    await page.locator('ol li', { hasText: 'batch' }).waitFor();
    assert.equal(seen[0].get('command-1'), command);
    assert.match(await page.locator('ol').textContent(), /ticket_id=7&secure%5Fid=…&server_num=1&secure_id=…/);
    assert.doesNotMatch(await page.locator('main').textContent(), /hush/);
    await page.getByRole('button', { name: 'Again' }).first().click();
    await page.waitForFunction(() => document.querySelector('main textarea').value.includes('…'));
    assert.equal(seen.length, 1);
  });

  inBrowser('one call at a time: no answer stands below the values of another', async (context) => {
    const calls = held();
    await context.route('**/json-api/acctcounts', calls.route);
    const page = await signedIn(context, '/console/api_shell?function=acctcounts');
    const run = page.getByRole('button', { name: 'Call', exact: true });
    await run.click();
    await calls.isAsked(1);
    await page.getByLabel('user').fill('ann');
    assert.equal(await run.isDisabled(), true);
    calls.let(answered('acctcounts', 1, 'first'));
    await page.locator('ol li', { hasText: 'first' }).waitFor();
    assert.equal(await run.isDisabled(), false);
    await run.click();
    await calls.isAsked(2);
    await page.getByRole('button', { name: 'Again' }).first().click();
    await calls.isAsked(3);
    // The form is a newer one: the list alone says what came of the older call.
    calls.let(answered('acctcounts', 1, 'older', { reseller: 'older' }));
    await page.locator('ol li', { hasText: 'older' }).waitFor();
    assert.equal(await page.locator('h2', { hasText: 'Answer' }).count(), 0);
    calls.let(answered('acctcounts', 1, 'newer'));
    await page.locator('h2', { hasText: 'Answer' }).waitFor();
  });

  inBrowser('an answer to somebody who was signed out meanwhile is shown to nobody', async (context) => {
    const calls = held();
    await context.route('**/json-api/api_token_create', calls.route);
    const page = await signedIn(context, '/console/api_tokens');
    await page.getByRole('button', { name: 'Make a token' }).click();
    const dialog = page.locator('dialog');
    await dialog.getByLabel('Name').fill('former');
    await dialog.getByLabel('acct-summary').check();
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await calls.isAsked(1);
    await context.route('**/json-api/api_token_list', script([{ status: 403, body: 'Access denied' }]));
    await page.evaluate(() => window.dispatchEvent(new PopStateEvent('popstate')));
    await page.locator('h1', { hasText: 'Sign in' }).waitFor();
    await context.unroute('**/json-api/api_token_list');
    const answer = page.waitForResponse('**/json-api/api_token_create');
    calls.let(answered('api_token_create', 1, 'OK', { name: 'former', token: 'FORMERS-VALUE' }));
    await (await answer).finished();
    await signIn(page);
    await settled(page);
    assert.equal(await dialog.count(), 0);
    assert.doesNotMatch(await page.locator('body').textContent(), /FORMERS-VALUE/);
  });

  inBrowser('the page says what the answers say of its token', async (context) => {
    await context.route('**/json-api/*', async (route) => {
      const answer = await route.fetch();
      const json = await answer.json();
      await route.fulfill({ response: answer, json: { ...json, metadata: { ...json.metadata, warnings: ['This token expires soon'] } } });
    });
    const page = await signedIn(context);
    await page.locator('#who', { hasText: '⚠ This token expires soon' }).waitFor();
    await settled(page);
  });

  inBrowser('a month of several currencies has no sum, and says why', async (context) => {
    const rows = [['EUR', '1.00'], ['USD', '2.00']].map(([currency, amount]) => ({ user: 'ann', function: 'version', price_class: 'read', calls: 1, price: amount, amount, currency }));
    await context.route('**/json-api/usage_report', script([answered('usage_report', 1, 'OK', { month: '202611', closed: 0, complete_until: NOW, closes_at: NOW, calls: 2, rows, non_fatals: ['Two currencies have no sum.'] })]));
    const page = await signedIn(context, '/console/usage');
    await page.getByText('Two currencies have no sum.').waitFor();
    const text = await page.locator('main').textContent();
    assert.match(text, /1\.00 EUR.*2\.00 USD/);
    assert.doesNotMatch(text, /undefined/);
  });
}
