// What goes wrong, takes long or is too much, and what the page says then.

import assert from 'node:assert/strict';
import { call, fits, insist, settled, signedIn, signIn, TOKEN, URL_ } from './browser.mjs';
import { answered, gateway, granted, hurried, NOW, script, ticketOf, tickets } from './scripted.mjs';

export function trouble({ inBrowser }) {
  for (const width of [1000, 320]) {
    inBrowser(`long names break no button, ${width} wide`, async (context) => {
      await tickets(context, [ticketOf(7, { ticket_subject: 'w'.repeat(200), servers: [{ ...granted, server_name: 'x'.repeat(63), ssh_username: 'y'.repeat(32), granted_by_token: 'z'.repeat(50) }] })]);
      const page = await signedIn(context);
      await settled(page);
      await fits(page, 'tickets');
    }, { viewport: { width, height: 700 } });
  }

  inBrowser('a revoke is asked again by itself for what is late, and for nothing that needs somebody', async (context) => {
    await hurried(context);
    await tickets(context, [ticketOf(7)]);
    const seen = [];
    await context.route('**/json-api/ticket_revoke', script([
      answered('ticket_revoke', 1, 'OK', { would: [{ audit: 'revoke' }] }),
      undefined, gateway(503, 'Service Unavailable'), gateway(429, 'Too Many Requests'),
      answered('ticket_revoke', 0, 'revoking: web09 has not confirmed yet', { revoked_keys: 0, waits_for: 'server' }),
      answered('ticket_revoke', 0, 'revoking: web09 states: whether the key is gone', { revoked_keys: 0, waits_for: 'person', questions: ['what /home says'], non_fatals: ['its log is full'] }),
    ], seen));
    const page = await signedIn(context);
    context.wrong.length = 0;
    await page.getByRole('button', { name: /^Revoke… / }).click();
    await page.locator('dialog li').waitFor();
    await page.locator('dialog').getByRole('button', { name: 'Revoke access' }).click();
    await page.locator('h3', { hasText: 'Not proven gone yet' }).waitFor();
    assert.match(await page.locator('section').textContent(), /whether the key is gone.*what \/home says.*its log is full/);
    await page.waitForTimeout(500);
    assert.equal(seen.length, 6);
    context.wrong.length = 0; // The browser notes what it did not get.
  });

  inBrowser('sessions that may be the vendor’s are named once, and ended', async (context) => {
    await hurried(context);
    await tickets(context, [ticketOf(7)]);
    const seen = [];
    const unattributed = [{ id: 'a-1-2', server_name: 'web09', account: 'root', source: '203.0.113.7', since: null, terminal: null }];
    await context.route('**/json-api/ticket_revoke', script([
      answered('ticket_revoke', 1, 'OK', { would: [{ audit: 'revoke' }] }),
      answered('ticket_revoke', 0, 'revoking: 1 live session', { revoked_keys: 0, waits_for: 'person', unattributed }),
      answered('ticket_revoke', 0, 'revoking: not yet', { revoked_keys: 0, waits_for: 'server' }),
      answered('ticket_revoke', 1, 'OK', { revoked_keys: 0 }),
    ], seen));
    const page = await signedIn(context);
    await page.getByRole('button', { name: /^Revoke… / }).click();
    await page.locator('dialog li').waitFor();
    await page.locator('dialog').getByRole('button', { name: 'Revoke access' }).click();
    assert.match(await page.locator('tr', { hasText: 'a-1-2' }).textContent(), /root.*203\.0\.113\.7.*unknown/);
    await page.getByRole('button', { name: 'End these sessions' }).click();
    await page.locator('h3', { hasText: 'Proven gone from web09' }).waitFor();
    assert.deepEqual(seen.map((one) => one.get('api.end_unattributed')), [null, null, 'a-1-2', null]);
  });

  inBrowser('what is refused while a dialog is open is said in it, and it can be tried again', async (context) => {
    const page = await signedIn(context, '/console/api_tokens');
    let now;
    await context.route('**/json-api/api_token_revoke', (route) => (now ? route.fulfill(now) : route.abort()));
    for (const [answer, words] of [
      [answered('api_token_revoke', 0, 'The quota of today is used up.'), 'The quota of today is used up.'],
      [gateway(429, 'Too Many Requests'), 'HTTP 429: Too Many Requests'], [gateway(503, 'Service Unavailable'), 'HTTP 503: Service Unavailable'],
      [{ status: 502, body: '<html>Bad gateway' }, 'HTTP 502: <html>Bad gateway'], [undefined, 'The server does not answer'],
    ]) {
      now = answer;
      await page.getByRole('button', { name: 'Revoke root' }).click();
      const dialog = page.locator('dialog');
      await dialog.getByText(`⚠ ${words}`).waitFor();
      await dialog.getByRole('button', { name: 'Revoke root' }).click();
      await dialog.locator('[role=status]', { hasText: words }).waitFor();
      assert.equal(await dialog.locator('button:disabled').count(), 0, words);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
    // A reload that fails leaves what is there.
    await context.route('**/json-api/api_token_list', (route) => route.fulfill(answered('api_token_list', 0, 'The quota of today is used up.')));
    for (let twice = 0; twice < 2; twice++) {
      await page.getByRole('button', { name: 'Reload' }).click();
      await page.locator('#status', { hasText: 'The quota of today is used up.' }).waitFor();
      await settled(page);
    }
    assert.equal(await page.locator('tbody tr').count(), 1);
    now = { status: 403, body: 'Access denied' };
    await page.getByRole('button', { name: 'Revoke root' }).click();
    await page.locator('h1', { hasText: 'Sign in' }).waitFor();
    assert.equal(await page.locator('dialog').count(), 0);
    await signIn(page);
    context.wrong.length = 0;
  });

  inBrowser('a grant that is not answered is not called refused, and a test that is not does not go on', async (context) => {
    await tickets(context, [ticketOf(7, { servers: [{ auth_status: 'NOT_AUTHED', server_name: 'web09', server_num: 1, ssh_username: 'root' }] })]);
    await context.route('**/json-api/ticket_grant', script([answered('ticket_grant', 1, 'OK', { would: [{ audit: 'grant' }] }), gateway(504, 'Endpoint request timed out')]));
    await context.route('**/json-api/ticket_ssh_test', script([answered('ticket_ssh_test', 0, 'No such server.')]));
    const page = await signedIn(context);
    await page.getByRole('button', { name: /^Grant… / }).click();
    await page.getByLabel('Secret of the ticket').fill('x');
    await page.locator('dialog').getByRole('button', { name: 'Dry run' }).click();
    await page.locator('dialog li').waitFor();
    await page.locator('dialog').getByRole('button', { name: 'Grant' }).click();
    await page.locator('h3', { hasText: 'Whether it was granted is not known' }).waitFor();
    await page.getByRole('button', { name: /^Test / }).click();
    await page.getByText('No such server.').waitFor();
    assert.equal(await page.locator('progress').count(), 0);
    // Whatever is refused afterwards, what was answered stands.
    await context.route('**/json-api/ticket_list', (route) => route.fulfill(answered('ticket_list', 0, 'The quota of today is used up.')));
    for (const [data, words] of [[{ auth_status: 'AUTHED' }, 'AUTHED: the vendor can log in to web09'], [{ auth_status: 'NOT_AUTHED', chain_status: 'ERR_UNKNOWN' }, 'Granted; whether the vendor can log in is not known']]) {
      await context.route('**/json-api/ticket_grant', script([answered('ticket_grant', 1, 'OK', { would: [] }), answered('ticket_grant', 1, 'OK', { ssh_username: 'root', ...data })]));
      await page.getByRole('button', { name: /^Grant… / }).click();
      await page.locator('dialog').getByRole('heading', { name: 'What would change' }).waitFor();
      await page.locator('dialog').getByRole('button', { name: 'Grant' }).click();
      await page.locator('h3', { hasText: words }).waitFor();
    }
    context.wrong.length = 0;
  });

  inBrowser('a grant that is over, held or taken away before it is confirmed is not called access', async (context) => {
    await hurried(context);
    const page = await signedIn(context, '/console/api_tokens');
    const later = { expires_at: NOW + 3600 };
    for (const [row, words] of [
      [{ auth_status: 'AUTHED', ending: 'REVOKED', ...later }, 'The access is being taken away (REVOKED), and not proven gone yet.'],
      [{ auth_status: 'AUTHED', held: 1, ...later }, 'The grant is on hold since a restore'],
      [{ auth_status: 'EXPIRED', expires_at: NOW - 1 }, 'The time of the grant is over.'],
      [{ auth_status: 'NOT_AUTHED' }, 'The grant is gone: somebody has revoked it, or its time is over.'],
    ]) {
      await tickets(context, [ticketOf(7, { servers: [{ ...row, server_name: 'web09', server_num: 1, ssh_username: 'root' }] })]);
      await context.route('**/json-api/ticket_grant', script([answered('ticket_grant', 1, 'OK', { would: [] }), answered('ticket_grant', 1, 'OK', { ssh_username: 'root', auth_status: 'NOT_AUTHED', chain_status: 'ERR_UNKNOWN' })]));
      await page.locator('nav a', { hasText: 'Support Access' }).click();
      await settled(page);
      await page.getByRole('button', { name: /^Grant… / }).click();
      const dialog = page.locator('dialog');
      await dialog.getByRole('button', { name: 'Cancel' }).waitFor();
      if (await dialog.getByLabel('Secret of the ticket').isVisible()) {
        await dialog.getByLabel('Secret of the ticket').fill('x');
        await dialog.getByRole('button', { name: 'Dry run' }).click();
      }
      await dialog.getByRole('heading', { name: 'What would change' }).waitFor();
      await dialog.getByRole('button', { name: 'Grant' }).click();
      await page.locator('h3', { hasText: words }).waitFor();
      assert.doesNotMatch(await page.locator('main').textContent(), /AUTHED: the vendor can log in|has not confirmed yet/);
    }
  });

  inBrowser('a test says what was not tested, and blames no sshd for it', async (context) => {
    await tickets(context, [ticketOf(7)]);
    const page = await signedIn(context);
    const account = { ssh_username: 'root', result: 'AUTH', because: ['web09 was not told of the grant yet'] };
    for (const [accounts, words, blamed] of [
      [[], 'There is no access to test.', false],
      [[{ ...account, told: 0 }], 'The server has not been told of the grant yet: test again.', false],
      [[{ ...account, told: 0 }, { ...account, ssh_username: 'ann', because: ['PermitRootLogin is “no”'] }], 'PermitRootLogin', true],
    ]) {
      await context.route('**/json-api/ticket_ssh_test', script([answered('ticket_ssh_test', 1, 'OK', { result: 'AUTH', accounts, non_fatals: [] })]));
      await page.getByRole('button', { name: /^Test / }).click();
      await page.getByText(words).waitFor();
      assert.equal(/Its sshd refuses the login/.test(await page.locator('main').textContent()), blamed, words);
    }
  });

  inBrowser('a close that is not proven leaves no dialog with an old page behind it', async (context) => {
    await hurried(context);
    const closed = (id) => ticketOf(id, { ticket_status: 'CLOSED', servers: [{ ...granted, ending: 'CLOSED' }] });
    await tickets(context, [ticketOf(7)], [closed(7), closed(8)], [closed(8)], []);
    const seen = [];
    const dry = answered('ticket_close', 1, 'OK', { would: [{ audit: 'closed ticket' }] });
    const of = (result, reason, data) => answered('ticket_close', result, reason, { ticket_status: 'CLOSED', revoked_keys: result, ...data });
    const unattributed = [{ id: 'a-1-2', server_name: 'web09', account: 'root', source: '203.0.113.7', since: null, terminal: null }];
    const answers = {
      7: [gateway(503, 'Service Unavailable'), of(0, 'revoking: web09 has not confirmed yet', { unattributed, non_fatals: ['web09: its log is full'] }), of(1, 'OK', { non_fatals: ['web09: 1 process runs on'] })],
      8: [of(0, 'revoking: web09 sleeps'), of(1, 'OK')],
    };
    await context.route('**/json-api/ticket_close', (route) => {
      const sent = new URLSearchParams(route.request().postData());
      if (sent.has('api.dry_run')) return route.fulfill(dry);
      seen.push(sent.get('ticket_id'));
      return route.fulfill(answers[sent.get('ticket_id')].shift());
    });
    const page = await signedIn(context);
    const dialog = page.locator('dialog');
    const told = async (press, ...words) => {
      await page.locator('main').getByRole('button', { name: press }).click();
      await dialog.getByRole('heading', { name: 'What would change' }).waitFor();
      await dialog.getByRole('button', { name: press.replace('Close', 'Close ticket') }).click();
      for (const each of words) await dialog.getByText(each).waitFor();
      assert.equal(await dialog.count(), 1);
      await dialog.getByRole('button', { name: 'OK' }).click();
    };
    await told('Close 7', 'Ticket 7 is closed, and not proven gone yet. revoking: web09 has not confirmed yet', 'its log is full', 'a-1-2', 'Not proven gone yet: 1 ticket of 1.');
    const section = page.locator('main section.change');
    await section.getByText('Ticket 7: Mail is slow (CLOSED)').waitFor();
    assert.equal(await page.getByRole('button', { name: /^(Grant…|Close) / }).count(), 0);
    // Root sees closed tickets of others: each is asked for by itself.
    await told('Revoke access left by closed tickets', '1 process runs on', 'Ticket 8 is closed, and not proven gone yet. revoking: web09 sleeps', 'Not proven gone yet: 1 ticket of 2.');
    await section.getByRole('button', { name: 'Revoke access left by closed tickets' }).click();
    await dialog.getByRole('heading', { name: 'What would change' }).waitFor();
    await dialog.getByRole('button', { name: 'Revoke access left by closed tickets' }).click();
    await page.locator('#status', { hasText: 'Ticket 8 is closed; no server states access of it.' }).waitFor();
    assert.equal(await dialog.count() + await section.count(), 0);
    assert.deepEqual(seen, ['7', '7', '7', '8', '8']);
    context.wrong.length = 0; // The browser notes what it did not get.
  });

  inBrowser('of a thousand tickets twenty are shown, and a search finds the others', async (context) => {
    await tickets(context, Array.from({ length: 1000 }, (_, index) => ticketOf(index + 1, { ticket_subject: `Case ${index + 1}`, servers: [{ ...granted, server_name: `web${index + 1}` }] })));
    const begin = performance.now();
    const page = await signedIn(context);
    await page.getByText('20 of 1000 tickets are shown.').waitFor();
    assert.equal(await page.locator('main section').count(), 20);
    await page.getByLabel('Search').fill('case 777');
    await page.getByText('1 of 1000 tickets').waitFor();
    assert.deepEqual(await page.locator('main section:visible h2').allTextContents(), ['Ticket 777: Case 777 (OPEN)']);
    assert.ok(performance.now() - begin < 10_000);
  });

  inBrowser('time is the server’s, and what is over is asked about', async (context) => {
    const clock = () => Math.floor(Date.now() / 1000) + 36_000;
    const [late, soon] = [clock() + 7200, () => (end ??= clock() + 2)];
    let [end, asked] = [undefined, 0];
    const auths = (auth_status, expires_at) => ({ auths: [ticketOf(7, { servers: [{ ...granted, auth_status, expires_at }] })] });
    await hurried(context);
    await context.route('**/json-api/fleet_server_list', (route) => route.fulfill(answered('fleet_server_list', 1, 'OK', { servers: [] })));
    await context.route('**/json-api/ticket_list', (route) => route.fulfill({
      ...answered('ticket_list', 1, 'OK', asked++ ? auths(asked > 2 ? 'EXPIRED' : 'AUTHED', soon()) : auths('AUTHED', late)),
      headers: { Date: new Date(clock() * 1000).toUTCString() },
    }));
    const page = await signedIn(context);
    await page.getByText(/(1 h 59 min|2 h 0 min) left/).waitFor();
    await page.getByRole('button', { name: 'Reload tickets' }).click();
    await page.getByText('EXPIRED: its time is over, not proven gone yet').waitFor();
    await page.getByText('over', { exact: true }).waitFor();
  });

  inBrowser('a key is revoked on more servers than one call takes, and who was not asked is named', async (context) => {
    const rows = (from, to, result = 1) => Array.from({ length: to - from }, (_, index) => ({ server: `web${from + index}`, result, reason: 'OK', data: {} }));
    const seen = [];
    await context.route('**/json-api/fleet_key_revoke', script([
      answered('fleet_key_revoke', 1, 'OK', { servers: rows(0, 50), next: 'web49' }), answered('fleet_key_revoke', 1, 'OK', { servers: rows(50, 80) }),
      answered('fleet_key_revoke', 1, 'OK', { servers: rows(0, 50), next: 'web49' }), answered('fleet_key_revoke', 0, 'The quota of today is used up.'),
    ], seen));
    await context.route('**/json-api/fleet_drift', (route) => route.fulfill(answered('fleet_drift', 1, 'OK', { drift: [{ what: 'account bob', server: 'web1', first_seen: NOW, looked_at: null, unread: ['/home/bob'] }], next: 'more' })));
    const page = await signedIn(context, '/console/manage_roots_ssh_keys');
    await page.locator('caption', { hasText: 'Drift: 20 or more' }).waitFor();
    assert.match(await page.locator('tr', { hasText: 'account bob' }).first().textContent(), /never⚠ not read: \/home\/bob/);
    const button = page.getByRole('button', { name: /^Revoke everywhere… SHA256/ }).first();
    const print = (await button.getAttribute('aria-label')).split(' ').pop();
    const dialog = page.locator('dialog');
    for (const words of ['Proven gone from 80 servers.', 'Not proven yet: all other servers. Somebody has to look']) {
      await button.click();
      await dialog.getByLabel(/last four/).fill(print.slice(-4));
      await dialog.getByRole('button', { name: 'Revoke everywhere' }).click();
      await dialog.locator('[role=status]', { hasText: words }).waitFor();
      await page.keyboard.press('Escape');
    }
    assert.deepEqual(seen.map((one) => one.get('api.cursor')), [null, 'web49', null, 'web49']);
  });

  inBrowser('a dry run for more servers than one call takes tells of all of them', async (context) => {
    const rows = (from, to) => Array.from({ length: to - from }, (_, index) => ({ server: `web${from + index}`, known: 1, reason: 'OK', would: [{ what: 'key', change: 'The key is taken out.' }] }));
    const seen = [];
    await context.route('**/json-api/fleet_key_revoke', script([
      answered('fleet_key_revoke', 1, 'OK', { dry_run: 1, would: [], servers: rows(0, 50), more: 3, next: 'web49' }), answered('fleet_key_revoke', 1, 'OK', { dry_run: 1, would: [], servers: rows(50, 80) }),
    ], seen));
    const page = await signedIn(context, '/console/manage_roots_ssh_keys');
    await page.getByRole('button', { name: /^Revoke everywhere… SHA256/ }).first().click();
    await page.locator('dialog').getByRole('button', { name: 'Dry run' }).click();
    await page.locator('dialog li', { hasText: 'web79: The key is taken out.' }).waitFor();
    await page.locator('dialog li', { hasText: '3 more that are not listed.' }).waitFor();
    assert.equal(await page.locator('dialog li').count(), 81);
    assert.deepEqual(seen.map((one) => [one.get('api.cursor'), one.get('api.dry_run')]), [[null, '1'], ['web49', '1']]);
  });

  inBrowser('the access of a closed ticket is taken away from the page', async (context) => {
    const page = await signedIn(context);
    const section = page.locator('main section.change');
    // It does not wait for the server, so that the proof is open, unless the reconciler comes between.
    for (let tries = 5; await section.count() === 0; tries--) {
      assert.ok(tries > 0);
      const { ticket_id: id, secure_id: secret } = await call('ticket_create_stub_ticket', { 'api.server': 'web01' });
      await insist('ticket_grant', { ticket_id: id, secure_id: secret, server_num: '1' });
      await assert.rejects(call('ticket_close', { ticket_id: id, 'api.wait': '0' }), /revoking/);
      await page.getByRole('button', { name: 'Reload tickets' }).click();
      await settled(page);
    }
    await section.getByText('Stub ticket (CLOSED)').first().waitFor();
    await section.getByText('being taken away (CLOSED), not proven gone yet').first().waitFor();
    await section.getByRole('button', { name: 'Revoke access left by closed tickets' }).click();
    await page.locator('dialog').getByRole('heading', { name: 'What would change' }).waitFor();
    await page.locator('dialog').getByRole('button', { name: 'Revoke access left by closed tickets' }).click();
    await page.getByText(/of closed tickets proven gone\.|is closed; no server states access of it\./).waitFor();
    assert.equal(await section.count(), 0);
  });

  inBrowser('the shell says that there is more, and shows one row for each of several servers', async (context) => {
    const page = await signedIn(context, '/console/api_shell?function=ticket_list');
    await page.locator('summary', { hasText: 'Filter' }).click();
    await page.getByLabel('Most records').fill('1');
    await call('ticket_create_stub_ticket', { 'api.server': 'web01' });
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByText(/^Part 1 of \d+, of \d+ rows in all\.$/).waitFor();
    await page.locator('caption', { hasText: 'auths: 1 row' }).waitFor();
    await page.getByLabel('Function', { exact: true }).selectOption('fleet_key_scan');
    await page.getByLabel('api.server').fill('*');
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.locator('caption', { hasText: 'servers: 2 rows' }).waitFor();
    const heads = await page.locator('th').allTextContents();
    assert.ok(['server', 'result', 'reason', 'found'].every((one) => heads.includes(one)), heads.join());
    await context.route('**/json-api/fleet_key_scan', (route) => route.fulfill(answered('fleet_key_scan', 1, 'OK', { servers: [{ server: 'web01', result: 1, reason: 'its own', data: { found: 1, reason: 'of the data' } }], next: 'web01' })));
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.locator('th', { hasText: 'data.reason' }).waitFor();
    assert.match(await page.locator('tbody').textContent(), /its own.*of the data/);
    await page.getByText('There are more: the same call with api.cursor=web01 goes on.').waitFor();
    await page.getByLabel('Function', { exact: true }).selectOption('audit_list');
    await context.route('**/json-api/audit_list', (route) => route.fulfill(answered('audit_list', 1, 'OK', { entries: [], next: 'e7' })));
    await page.locator('h2', { hasText: 'audit_list' }).waitFor();
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByText('There are more: the same call with next=e7 goes on.').waitFor();
  });

  inBrowser('the next user of a tab sees nothing of the former one', async (context) => {
    const token = async (name) => (await call('api_token_create', { token_name: name, 'acl-1': 'all' })).token;
    const page = await signedIn(context, '/', await token('former'));
    /** What the page keeps of this user. */
    const leaves = async () => {
      await page.getByRole('button', { name: 'Open ticket' }).click();
      await page.getByRole('button', { name: 'Copy the secret' }).waitFor();
      await page.evaluate(() => { window.former = true; });
    };
    const isGone = async () => {
      await settled(page);
      assert.equal(await page.getByRole('button', { name: 'Copy the secret' }).count(), 0);
      await page.locator('nav a', { hasText: 'API Shell' }).click();
      await page.locator('ol li').first().waitFor();
      assert.doesNotMatch(await page.locator('ol').textContent(), /ticket_create_stub_ticket/);
      await page.locator('nav a', { hasText: 'Support Access' }).click();
      await settled(page);
    };
    await leaves();
    await call('api_token_revoke', { token_name: 'former' });
    await page.getByRole('button', { name: 'Reload tickets' }).click();
    await page.locator('h1', { hasText: 'Sign in' }).waitFor();
    await signIn(page, await token('next'));
    await isGone();
    await leaves();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForFunction(() => window.former === undefined && document.querySelector('h1')?.textContent === 'Sign in');
    await signIn(page);
    await isGone();
    await call('api_token_revoke', { token_name: 'next' });
  });

  inBrowser('who signs out of a session without a network is told what is not known', async (context) => {
    const page = await context.newPage();
    await page.goto(URL_);
    await page.getByLabel('API token').fill(TOKEN);
    await page.getByLabel(/Open a session/).check();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/\/cpsess/);
    await settled(page);
    await context.route('**/logout', (route) => route.abort());
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('#status', { hasText: 'the server did not answer' }).waitFor();
    context.wrong.length = 0;
  });
}
