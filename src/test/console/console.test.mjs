// The console in a browser, against a running server. ConsoleIT starts both, and ConsoleLambdaIT against the package of AWS.
//
// LATCHKEY_URL, LATCHKEY_ROOT_TOKEN; CHROMIUM, /usr/bin/chromium without it; PICTURES, where pictures of the pages go.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { call, close, insist, launch, PAGES, PATIENCE, profile, settled, signedIn, signIn, TOKEN, URL_ } from './browser.mjs';
import { answers } from './answers.mjs';
import { details } from './details.mjs';
import { pages } from './pages.mjs';
import { trouble } from './trouble.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FUNCTIONS = JSON.parse(readFileSync(new URL('../../console/functions.json', import.meta.url), 'utf8')).functions;
const begin = performance.now();
let [ticket, gone] = [];

before(async () => {
  await launch();
  // Whose receipt there is to see; before the other one, which stands first.
  gone = await call('ticket_create_stub_ticket', { 'api.server': 'web02' });
  await insist('ticket_grant', { ticket_id: gone.ticket_id, secure_id: gone.secure_id, server_num: '1' });
  await insist('ticket_close', { ticket_id: gone.ticket_id });
  ticket = await call('ticket_create_stub_ticket', { 'api.server': 'web02' });
  await insist('ticket_grant', { ticket_id: ticket.ticket_id, secure_id: ticket.secure_id, server_num: '1' });
  await insist('fleet_key_scan', { 'api.server': '*' });
  // The pictures show it, on however slow a machine.
  for (const end = Date.now() + PATIENCE; ;) {
    const { auths: [{ servers: [{ auth_status: status }] }] } = await call('ticket_list', { ticket_id: ticket.ticket_id });
    if (status === 'AUTHED') break;
    assert.ok(Date.now() < end, status);
  }
});

after(async () => {
  await close();
  console.log(`the console in a browser: ${Math.round((performance.now() - begin) / 1000)} s`);
});

/** A test in a profile of its own, in which nothing may have gone wrong. */
function inBrowser(name, body, options = {}) {
  test(name, async () => {
    const context = await profile(options);
    try {
      await body(context);
      assert.deepEqual(context.wrong, []);
    } finally {
      await context.close();
    }
  });
}

const at = (page) => new URL(page.url()).pathname;

inBrowser('every page has an address that can be loaded anew, and back and forward lead through them', async (context) => {
  const page = await signedIn(context);
  assert.equal(at(page), '/console/grant_cpanel_support_access');
  for (const name of PAGES) {
    await page.evaluate(() => window.scrollTo(0, 99));
    await page.locator(`nav a[href="/console/${name}"]`).click();
    await page.waitForURL(`**/console/${name}`);
    await settled(page);
    assert.equal(await page.locator('h1').count(), 1);
    assert.equal(await page.evaluate(() => window.scrollY), 0);
  }
  await page.goBack();
  await page.locator('h1', { hasText: 'Usage' }).waitFor();
  await page.goForward();
  await page.locator('h1', { hasText: 'API Shell' }).waitFor();
  await page.reload();
  assert.equal(await page.locator('h1').textContent(), 'Sign in');
  await signIn(page);
  await page.locator('h1', { hasText: 'API Shell' }).waitFor();
  await page.goto(`${URL_}/console/api_shell?function=usage_report`);
  await signIn(page);
  await page.locator('h2', { hasText: 'usage_report' }).waitFor();
});

inBrowser('the token is nowhere but in the page, and gone with it', async (context) => {
  const page = await signedIn(context);
  for (const name of PAGES) {
    await page.locator(`nav a[href="/console/${name}"]`).click();
    await settled(page);
    const seen = await page.evaluate(() => [document.documentElement.outerHTML, ...[...document.querySelectorAll('input, textarea')].map((one) => one.value), location.href,
      JSON.stringify(window.history.state), JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, document.title].join('\n'));
    assert.ok(!seen.includes(TOKEN), `${name} shows or keeps the token`);
  }
  const visited = await page.evaluate(() => performance.getEntries().map((one) => one.name).join('\n'));
  assert.ok(!visited.includes(TOKEN));
  assert.deepEqual(await context.cookies(), []);
  assert.deepEqual((await context.storageState()).origins, []);
  await page.reload();
  assert.equal(await page.locator('h1').textContent(), 'Sign in');
  assert.ok(!(await page.content()).includes(TOKEN));
  assert.equal(await page.getByLabel('API token').inputValue(), '');
});

inBrowser('a support engineer walks from a ticket to its receipt in at most 8 clicks, and types a token', async (context) => {
  const page = await context.newPage();
  let clicks = 0;
  const press = async (name, within = page) => {
    clicks += 1;
    await within.getByRole('button', { name }).first().click();
  };
  await page.goto(URL_);
  await page.getByLabel('API token').fill(`root:${TOKEN}`);
  await press('Sign in');
  await press('Open ticket');
  const grant = page.locator('dialog');
  await page.locator('#status', { hasText: 'is open' }).waitFor();
  const card = page.locator('main section').first();
  await press(/^Grant…/, card);
  await grant.getByRole('heading', { name: 'What would change' }).waitFor();
  await press('Grant', grant);
  await card.getByText('AUTHED: the vendor can log in to').waitFor();
  await press(/^Test/, card);
  await card.getByText('SUCCESS: The vendor would get in.').waitFor();
  await press(/^Revoke…/, card);
  await press('Revoke', page.locator('dialog'));
  await card.getByText('Proven gone from').waitFor();
  assert.doesNotMatch(await card.textContent(), /AUTHED: the vendor/);
  await press(/^Receipt/, card);
  await page.getByText('Access is gone.').waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('header').isVisible(), false);
  assert.equal(await page.getByText('Access is gone.').isVisible(), true);
  console.log(`the walk takes ${clicks} clicks`);
  assert.ok(clicks <= 8, `${clicks} clicks`);
});

// What is too much for the Lambda package, whose functions start one after the other.
if (!process.env.LATCHKEY_PACKAGE) {
  details({ inBrowser, at, AXE, FUNCTIONS, goneOf: () => gone });
  pages({ inBrowser, FUNCTIONS });
  trouble({ inBrowser });
  answers({ inBrowser });
}
