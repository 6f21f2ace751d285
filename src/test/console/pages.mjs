// What each page does.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { call, insist, settled, signedIn, URL_ } from './browser.mjs';

export function pages({ inBrowser, FUNCTIONS }) {
  inBrowser('a revoke is asked again until it is proven, and a grant that does not let the vendor in says why', async (context) => {
    const { ticket_id: id, secure_id: secret } = await call('ticket_create_stub_ticket', { 'api.server': 'web01' });
    await insist('ticket_grant', { ticket_id: id, secure_id: secret, server_num: '1' });
    let revokes = 0;
    const answer = (route, json) => route.fulfill({ json, headers: { 'X-Request-Id': 'made-by-the-test' } });
    await context.route('**/json-api/ticket_revoke', (route) => (route.request().postData().includes('dry_run') || revokes++ > 0 ? route.continue()
      : answer(route, { metadata: { version: 1, command: 'ticket_revoke', result: 0, reason: 'API failure: (XID aaaaaa) revoking: web01 has not confirmed yet; the order stands and is repeated.' }, data: { revoked_keys: 0, waits_for: 'server' } })));
    await context.route('**/json-api/ticket_grant', (route) => (route.request().postData().includes('dry_run') ? route.continue()
      : answer(route, { metadata: { version: 1, command: 'ticket_grant', result: 1, reason: 'OK', server: 'web01' }, data: { ticket_id: String(id), server_num: '1', ssh_username: 'root', auth_status: 'NOT_AUTHED', chain_status: 'ERR_SETUP', non_fatals: ['the firewall was not ours'] } })));
    await context.route('**/json-api/ticket_ssh_test', (route) => answer(route, { metadata: { version: 1, command: 'ticket_ssh_test', result: 1, reason: 'OK' }, data: { result: 'AUTH', accounts: [{ ssh_username: 'root', result: 'AUTH', because: ['PermitRootLogin is “no”'] }], non_fatals: [] } }));
    const page = await signedIn(context);
    const card = page.locator('main section', { hasText: `Ticket ${id}` });
    await card.getByRole('button', { name: /^Revoke… / }).click();
    await page.locator('dialog').getByRole('button', { name: 'Revoke' }).click();
    await card.getByText(/revoking: web01 has not confirmed yet.* s so far/).waitFor();
    await card.getByText('Proven gone from web01').waitFor();
    assert.ok(revokes >= 2);
    await card.getByRole('button', { name: /^Grant… / }).click();
    await page.locator('dialog').getByLabel('Secret of the ticket').fill(secret);
    await page.locator('dialog').getByRole('button', { name: 'Dry run' }).click();
    await page.locator('dialog').getByRole('heading', { name: 'What would change' }).waitFor();
    await page.locator('dialog').getByRole('button', { name: 'Grant' }).click();
    await card.getByText('NOT_AUTHED, and why').waitFor();
    for (const words of ['Its sshd refuses the login.', 'PermitRootLogin is “no”', 'Firewall: could not be opened (ERR_SETUP)', 'the firewall was not ours']) {
      assert.ok((await card.textContent()).includes(words), words);
    }
    await insist('ticket_close', { ticket_id: id });
  });

  inBrowser('each function has a form with a field and a sentence for each parameter', async (context) => {
    const page = await signedIn(context, '/console/api_shell');
    await page.getByLabel('Function', { exact: true }).waitFor();
    const may = (await call('applist')).app;
    for (const one of FUNCTIONS) {
      assert.ok(may.includes(one.name), one.name);
      const form = await page.evaluate(async (name) => {
        const choice = document.querySelector('main select');
        choice.value = name;
        choice.dispatchEvent(new Event('change'));
        while (![...document.querySelectorAll('h2')].some((each) => each.textContent === name)) await new Promise(requestAnimationFrame);
        const all = (selector) => [...document.querySelectorAll(selector)];
        return {
          labels: all('form > .fields > .field > label').map((label) => label.textContent),
          sentences: all('form > .fields > .field > :is(input, select, textarea)').map((field) => document.getElementById(field.getAttribute('aria-describedby')).textContent),
          dry: all('main button').filter((each) => each.textContent === 'Dry run').length,
          hidden: all('form > .fields > .field > input[type=password]').length,
        };
      }, one.name);
      const wanted = one.parameters.filter(({ name }) => name !== 'api.dry_run');
      assert.deepEqual(form, {
        labels: wanted.map(({ name, required }) => `${name}${required ? ' (required)' : ''}`),
        sentences: wanted.map(({ sentence, repeats }) => sentence + (repeats ? ' One per line.' : '')),
        dry: one.changes && one.dry_run ? 1 : 0,
        hidden: wanted.filter(({ secret, repeats }) => secret && !repeats).length,
      }, one.name);
    }
  });

  inBrowser('the shell writes the same call elsewhere, with no secret, tries a change first, and remembers', async (context) => {
    const { ticket_id: id, secure_id: secret } = await call('ticket_create_stub_ticket', { 'api.server': 'web01' });
    const page = await signedIn(context, '/console/api_shell?function=ticket_grant');
    await page.getByLabel('ticket_id').fill(String(id));
    await page.getByLabel('server_num').fill('1');
    await page.getByLabel('secure_id').fill(secret);
    await page.waitForFunction(() => document.querySelectorAll('main pre').length === 4 && document.querySelector('main pre').textContent.includes('secure_id'));
    const lines = await page.locator('main pre').allTextContents();
    assert.equal(lines[0], `${URL_}/json-api/ticket_grant?api.version=1&ticket_id=${id}&server_num=1&secure_id=${encodeURIComponent('…')}`);
    assert.equal(lines[1], `curl -H @header -d api.version=1 --data-urlencode ticket_id=${id} --data-urlencode server_num=1 --data-urlencode secure_id@secure_id ${URL_}/json-api/ticket_grant`);
    assert.equal(lines[2], `LATCHKEY_URL=${URL_} LATCHKEY_TOKEN_FILE=token latchkey ticket_grant ticket_id=${id} server_num=1 secure_id=@secure_id`);
    assert.match(lines[3], /^# whmapi1 takes a secret as an argument/);
    const change = page.getByRole('button', { name: 'Call (changes something)' });
    assert.equal(await change.isDisabled(), true);
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByText('Nothing was changed').first().waitFor();
    assert.equal(await change.isDisabled(), false);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Answer');
    await page.getByLabel('server_num').fill('2');
    assert.equal(await change.isDisabled(), true);
    assert.ok(!(await page.locator('main').textContent()).includes(secret));
    await page.getByLabel('Function', { exact: true }).selectOption('api_token_list');
    await page.locator('h2', { hasText: 'api_token_list' }).waitFor();
    await page.locator('summary', { hasText: 'Filter' }).click();
    await page.getByLabel('Filter: field').fill('name');
    await page.getByLabel('Filter: term').fill('root');
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.locator('caption', { hasText: 'tokens: 1 row' }).waitFor();
    const again = page.locator('ol li', { hasText: 'api_token_list' }).first();
    assert.match(await again.textContent(), /request \S{10,}/);
    await again.getByRole('button', { name: 'Again' }).click();
    await page.waitForFunction(() => document.querySelectorAll('ol li').length > 1 && [...document.querySelectorAll('ol li')].filter((one) => /api_token_list.*api\.filter\.a\.field=name api\.filter\.a\.type=contains api\.filter\.a\.arg0=root/.test(one.textContent)).length === 2);
    assert.equal(await page.getByLabel('Filter: term').inputValue(), 'root');
    await call('ticket_close', { ticket_id: id });
  });

  inBrowser('the lines for elsewhere send what the form sends', async (context) => {
    const page = await signedIn(context, '/console/api_shell');
    const secret = 'a&b=c%20+ü';
    const hard = '100% o\'x "$HOME" 1+1';
    const folder = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    const got = [];
    const server = createServer(async (request, answer) => {
      const body = (await request.toArray()).join('');
      got.push({ to: request.url, who: request.headers.authorization, sent: request.headers['content-type'] === 'application/json' ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body)) });
      answer.end('{"metadata":{"version":1,"command":"any","reason":"OK","result":1},"data":{}}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      for (const [name, text] of [['header', 'Authorization: whm root:T\n'], ['token', 'root:T'], ['secure_id', secret]]) await writeFile(join(folder, name), text, { mode: 0o600 });
      // ConsoleIT says where the classes of the command line are.
      for (const name of ['latchkey', 'whmapi1']) await writeFile(join(folder, name), `#!/bin/sh\nexec java -XX:TieredStopAtLevel=1 -Dlatchkey.cli.name=${name} -cp "$LATCHKEY_CLI" dev.latchkey.cli.CliMain "$@"\n`, { mode: 0o700 });
      // whmapi1 has no way to read a secret from a file.
      for (const [name, given, empty, most] of [['ticket_grant', [['ticket_id', '7'], ['server_num', '1'], ['secure_id', secret], ['ssh_username', hard], ['api.server', '@web']], [], 2], ['setacls', [['reseller', hard]], ['acl-all'], 3]]) {
        await page.getByLabel('Function', { exact: true }).selectOption(name);
        await page.locator('h2', { hasText: name }).waitFor();
        for (const [label, value] of given) await page.getByLabel(label).first().fill(value);
        for (const label of empty) await page.getByLabel(`send empty: ${label}`, { exact: true }).check();
        const [posted] = await Promise.all([page.waitForRequest(`**/json-api/${name}`), page.getByRole('button', { name: 'Dry run' }).click()]);
        const wanted = Object.fromEntries(new URLSearchParams(posted.postData()));
        delete wanted['api.dry_run'];
        assert.equal(Object.keys(wanted).length, 1 + given.length + empty.length);
        const lines = (await page.locator('main pre').allTextContents()).slice(1, 1 + most);
        for (const line of lines) {
          await promisify(execFile)('sh', ['-c', line.replaceAll(URL_, `http://127.0.0.1:${server.address().port}`)], { cwd: folder, env: { ...process.env, HOME: folder, NO_PROXY: '127.0.0.1', PATH: `${folder}:${process.env.PATH}` } });
        }
        assert.deepEqual(got.splice(0), Array(most).fill({ to: `/json-api/${name}`, who: 'whm root:T', sent: wanted }));
      }
    } finally {
      server.close();
      await rm(folder, { recursive: true });
    }
  });

  inBrowser('a token is made with nothing ticked before, shown once, rotated and revoked', async (context) => {
    const page = await signedIn(context, '/console/api_tokens');
    await page.getByRole('button', { name: 'Make a token' }).click();
    const dialog = page.locator('dialog');
    assert.equal(await dialog.locator('input:checked').count(), 0);
    assert.equal(await dialog.getByLabel('Expires').inputValue(), '30');
    await dialog.getByLabel('Name').fill('browser');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await dialog.getByText('Tick at least one privilege.').waitFor();
    // Of these two the page shows the second one first.
    await dialog.getByLabel('acct-summary').check();
    await dialog.getByLabel('support-access').check();
    await dialog.getByRole('button', { name: 'Make it' }).click();
    const value = dialog.locator('pre');
    await value.waitFor();
    const first = await value.textContent();
    assert.deepEqual((await call('myprivs', {}, first)).privileges[0]['support-access'], 1);
    await dialog.getByRole('button', { name: 'I saved it' }).click();
    await page.getByRole('button', { name: 'Rotate browser' }).waitFor();
    assert.ok(!(await page.content()).includes(first));
    assert.match(await page.locator('tr', { hasText: 'browser' }).first().textContent(), /✓ in (29|30) days/);
    await page.getByLabel('Search').fill('browser');
    assert.equal(await page.locator('tbody tr').count(), 1);
    await page.getByRole('button', { name: 'Rotate browser' }).click();
    await dialog.getByLabel('The old value').selectOption('0');
    await dialog.getByRole('button', { name: 'Rotate' }).click();
    await value.waitFor();
    const second = await value.textContent();
    assert.notEqual(second, first);
    await dialog.getByRole('button', { name: 'I saved it' }).click();
    await page.getByRole('button', { name: 'Edit browser' }).click();
    await dialog.getByLabel('Expires').selectOption('7');
    const [changed] = await Promise.all([page.waitForRequest('**/json-api/api_token_update'), dialog.getByRole('button', { name: 'Change it' }).click()]);
    assert.deepEqual([...new URLSearchParams(changed.postData()).keys()], ['api.version', 'token_name', 'expires_at']);
    await page.locator('tr', { hasText: 'browser' }).getByText('⚠ soon').waitFor();
    await page.getByRole('button', { name: 'Revoke browser' }).click();
    await dialog.locator('li', { hasText: 'browser' }).waitFor();
    await dialog.getByRole('button', { name: 'Revoke browser' }).click();
    await page.locator('#status', { hasText: 'browser is revoked' }).waitFor();
    await assert.rejects(call('version', {}, second));
  });

  inBrowser('a key is revoked everywhere by the last four of its fingerprint, and drift is acknowledged', async (context) => {
    const page = await signedIn(context, '/console/manage_roots_ssh_keys');
    const row = page.locator('tr', { hasText: 'admin@web02' }).first();
    const print = await row.locator('code').textContent();
    await row.getByRole('button').click();
    const dialog = page.locator('dialog');
    const revoke = dialog.getByRole('button', { name: 'Revoke everywhere' });
    assert.equal(await revoke.isDisabled(), true);
    await dialog.getByLabel(/last four/).fill(print.slice(-4));
    await dialog.getByRole('button', { name: 'Dry run' }).click();
    await dialog.locator('li').first().waitFor();
    await revoke.click();
    await page.locator('dialog [role=status]', { hasText: 'Proven gone from 2 servers.' }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.locator('tr', { hasText: 'account support' }).first().getByRole('button').click();
    await dialog.getByLabel('Why it may be there').fill('ours');
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    await page.locator('#status', { hasText: 'Acknowledged.' }).waitFor();
  });

  inBrowser('closed tickets that still have access stand first, with their own button', async (context) => {
    await context.route('**/json-api/ticket_list', async (route) => {
      const answer = await route.fetch();
      const json = await answer.json();
      json.data.auths.push({ ticket_id: 7, ticket_status: 'CLOSED', ticket_subject: 'Old', servers: [{ auth_status: 'AUTHED', server_name: 'web09', server_num: 1, ssh_username: 'root', expires_at: 1, ending: 'CLOSED' }] });
      await route.fulfill({ response: answer, json });
    });
    const page = await signedIn(context);
    const first = page.locator('main section').first();
    await first.getByRole('heading', { name: /Closed tickets that still have access/ }).waitFor();
    assert.match(await first.textContent(), /Ticket 7/);
    assert.equal(await first.getByRole('button', { name: 'Revoke access left by closed tickets' }).count(), 1);
  });

  inBrowser('a month is bars and a file', async (context) => {
    const page = await signedIn(context, '/console/usage');
    await page.locator('svg rect').first().waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
    assert.match(download.suggestedFilename(), /^usage-\d{6}\.csv$/);
    assert.match(await readFile(await download.path(), 'utf8'), /function/);
    await page.getByLabel('Bars for each').selectOption('day');
    await page.waitForURL(/by=day/);
    await settled(page);
  });
}
