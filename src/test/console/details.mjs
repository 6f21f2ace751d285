// Who sees what: sign-in, tokens and sessions; the keyboard, what axe-core finds, and text that would be markup.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { call, CANARY, fits, PAGES, settled, signedIn, signIn, TOKEN, URL_ } from './browser.mjs';
import { answered, sampleOf } from './scripted.mjs';

const PICTURES = process.env.PICTURES;

/** A token of a reseller's own, with these privileges. */
async function narrow(name, ...acl) {
  return (await call('api_token_create', { token_name: name, ...Object.fromEntries(acl.map((one, index) => [`acl-${index + 1}`, one])) })).token;
}

/** Every text of an answer, and every name in it that is somebody's, with the canary after it. */
function poisoned(value, isData) {
  if (typeof value === 'string') return isData ? value + CANARY : value;
  if (Array.isArray(value)) return value.map((one) => poisoned(one, isData));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, poisoned(one, isData)]));
}

export function details({ inBrowser, at, AXE, FUNCTIONS, goneOf }) {
  /** axe cannot be loaded under our policy, so its context has none. */
  const axe = async (page, where) => {
    await page.evaluate(AXE);
    const found = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
    assert.deepEqual(found.violations.map((one) => `${where}: ${one.id} ${one.nodes[0].html} ${one.nodes[0].failureSummary}`), []);
  };

  for (const [colorScheme, width] of [['light', 1000], ['dark', 1000], ['light', 320], ['dark', 320]]) {
    inBrowser(`axe finds nothing, ${colorScheme}, ${width} wide, and nothing is wider than that`, async (context) => {
      const page = await context.newPage();
      await page.goto(URL_);
      const look = async (where, picture) => {
        await axe(page, where);
        await fits(page, where);
        if (PICTURES && picture && (width === 1000 ? colorScheme === 'light' : colorScheme === 'dark' && picture.startsWith('grant'))) {
          mkdirSync(PICTURES, { recursive: true });
          await page.screenshot({ path: join(PICTURES, `${picture}${width === 1000 ? '' : '-narrow'}.png`), animations: 'disabled', caret: 'hide' });
        }
      };
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      await look('sign in', 'sign_in');
      await signIn(page);
      for (const name of PAGES) {
        await page.locator(`nav a[href="/console/${name}"]`).click();
        await settled(page);
        if (name === 'api_shell') {
          await page.getByLabel('Function', { exact: true }).selectOption('ticket_list');
          await page.locator('summary').click();
          await page.getByRole('button', { name: 'Call', exact: true }).click();
          await page.locator('h2', { hasText: 'Answer' }).waitFor();
          if (PICTURES) await page.locator('summary').first().click();
          if (PICTURES) await page.setViewportSize({ width, height: 1450 });
          await page.evaluate(() => window.scrollTo(0, 0));
        }
        if (name === 'grant_cpanel_support_access') await page.locator('main section').first().getByText('AUTHED: the vendor can log in').waitFor();
        await look(name, name);
        const opened = { api_tokens: 'Make a token', grant_cpanel_support_access: 'Revoke…', manage_roots_ssh_keys: 'Revoke everywhere…' }[name];
        if (!opened) continue;
        await page.locator('main button', { hasText: opened }).first().click();
        await page.locator('dialog').waitFor();
        await settled(page);
        await look(`${name} ${opened}`, name === 'api_tokens' && 'api_tokens-make');
        await page.keyboard.press('Escape');
      }
      await page.evaluate((query) => { window.history.pushState(null, '', `/console/grant_cpanel_support_access?receipt=${query}`); window.dispatchEvent(new PopStateEvent('popstate')); }, goneOf().ticket_id);
      await settled(page);
      await look('receipt', 'receipt');
    }, { colorScheme, viewport: { width, height: 700 }, bypassCSP: true });
  }

  inBrowser('a text that would be markup stays a text, in every answer', async (context) => {
    await context.route('**/json-api/*', async (route) => {
      const answer = await route.fetch();
      const json = await answer.json();
      const name = new URL(route.request().url()).pathname.split('/').pop();
      const data = name === 'applist' ? { ...json.data, app: [...json.data.app, CANARY] } : poisoned(json.data, true);
      const fulfilled = { metadata: { ...json.metadata, reason: json.metadata.reason + CANARY, server: (json.metadata.server ?? '') + CANARY }, data };
      await route.fulfill({ response: answer, json: fulfilled });
    });
    const page = await signedIn(context);
    const unharmed = async (where) => {
      const found = await page.evaluate(() => [typeof canary, document.querySelectorAll('main img, main script, dialog img, dialog script, a[href^="javascript"]').length]);
      assert.deepEqual(found, ['undefined', 0], where);
    };
    for (const name of PAGES) {
      await page.locator(`nav a[href="/console/${name}"]`).click();
      await settled(page);
      await unharmed(name);
      for (const opened of ['Edit', 'Rotate', 'Revoke', 'Revoke everywhere…', 'Acknowledge…', 'Grant…', 'Revoke…']) {
        const first = page.locator('main button', { hasText: opened }).first();
        if (await first.count() === 0) continue;
        await first.click();
        await page.locator('dialog').waitFor();
        await settled(page);
        await unharmed(`${name} ${opened}`);
        await page.keyboard.press('Escape');
      }
      if (name !== 'usage' && name !== 'api_shell') assert.ok((await page.locator('main').textContent()).includes('<img src=/canary'), `${name} shows the canary as text`);
    }
    await page.locator('main button', { hasText: 'Test' }).first().or(page.locator('nav a').first()).click();
    // A real answer of each function that changes nothing and requires nothing, and one made of its declaration of any other.
    for (const one of FUNCTIONS) {
      if (one.changes || one.parameters.some(({ required }) => required)) {
        await context.route(`**/json-api/${one.name}`, (route) => route.fulfill(answered(one.name, 1, CANARY, sampleOf(one.name, (path) => path + CANARY))));
      }
      const found = await page.evaluate(async (name) => {
        const until = async (is) => { while (!is()) await new Promise(requestAnimationFrame); };
        const named = (text) => [...document.querySelectorAll('main button')].find((each) => each.textContent === text);
        window.history.pushState(null, '', `/console/api_shell?function=${name}`);
        window.dispatchEvent(new PopStateEvent('popstate'));
        await until(() => [...document.querySelectorAll('h2')].some((each) => each.textContent === name));
        for (const each of document.querySelectorAll('main form :required')) each.value = each.options?.[1].value ?? '1';
        const run = document.querySelector('main form button.main');
        named('Dry run')?.click();
        await until(() => !run.disabled);
        const before = named('Raw');
        run.click();
        await until(() => named('Raw') && named('Raw') !== before);
        return ['Tree', 'Raw', 'Table'].map((form) => {
          named(form).click();
          return [document.querySelector('main').textContent.includes('<img src=/canary'), typeof canary, document.querySelectorAll('main img, main script, a[href^="javascript"]').length].join();
        });
      }, one.name);
      assert.deepEqual(found, Array(3).fill('true,undefined,0'), one.name);
    }
  });

  inBrowser('the keyboard alone grants and revokes', async (context) => {
    const page = await context.newPage();
    await page.goto(URL_);
    await page.getByLabel('API token').waitFor();
    await page.keyboard.type(TOKEN); // The field has the focus.
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await settled(page);
    /** Tab after tab, as a person finds it. */
    const tabTo = async (name) => {
      for (let tabs = 0; tabs < 120; tabs++) {
        await page.keyboard.press('Tab');
        const here = await page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent);
        if (name.test(here)) return;
      }
      assert.fail(`Tab does not come to ${name}`);
    };
    await tabTo(/^Open ticket/);
    await page.keyboard.press('Enter');
    await page.locator('#status', { hasText: 'is open' }).waitFor();
    assert.match(await page.evaluate(() => document.activeElement.textContent), /^Ticket \d+/);
    await tabTo(/^Grant… ticket/);
    await page.keyboard.press('Enter');
    await page.locator('dialog').getByRole('heading', { name: 'What would change' }).waitFor();
    await tabTo(/^Grant$/);
    await page.keyboard.press('Enter');
    const card = page.locator('main section').first();
    await card.getByText('AUTHED: the vendor can log in to').waitFor();
    assert.match(await page.evaluate(() => document.activeElement.textContent), /AUTHED/);
    // The answer stands after the buttons: back to them.
    await page.keyboard.press('Shift+Tab');
    assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /^Revoke… ticket/);
    await page.keyboard.press('Enter');
    await tabTo(/^Revoke access to/);
    await page.keyboard.press('Enter');
    await card.getByText('Proven gone from').waitFor();
  });

  inBrowser('a token that is revoked meanwhile leads to the sign-in, and a new one back to the page', async (context) => {
    const token = await narrow('short', 'support-access');
    const page = await signedIn(context, '/', token);
    await settled(page);
    await call('api_token_revoke', { token_name: 'short' });
    await page.getByRole('button', { name: 'Reload tickets' }).click();
    await page.locator('h1', { hasText: 'Sign in' }).waitFor();
    assert.match(await page.locator('#status').textContent(), /Access denied/);
    await signIn(page);
    await page.locator('h1', { hasText: 'Support Access' }).waitFor();
  });

  inBrowser('a wrong token is refused, and stays nowhere', async (context) => {
    const page = await context.newPage();
    await page.goto(URL_);
    await page.getByLabel('API token').fill('A'.repeat(32));
    await page.keyboard.press('Enter');
    await page.locator('#status', { hasText: 'Access denied' }).waitFor();
    assert.equal(await page.getByLabel('API token').inputValue(), '');
  });

  inBrowser('two tabs have a token each, and a narrow one sees what it may call', async (context) => {
    const token = await narrow('narrow', 'support-access');
    const [wide, small] = [await signedIn(context), await signedIn(context, '/console/api_shell', token)];
    await small.getByLabel('Function', { exact: true }).waitFor();
    const offered = await small.getByLabel('Function', { exact: true }).locator('option').evaluateAll((all) => all.map((one) => one.value));
    assert.ok(offered.includes('ticket_grant') && !offered.includes('api_token_create'));
    assert.deepEqual(await small.locator('nav a').allTextContents(), ['Support Access', 'API Shell']);
    await wide.getByRole('button', { name: 'Reload tickets' }).click();
    await settled(wide);
    assert.equal(await wide.locator('nav a').count(), PAGES.length);
    await small.goto(`${URL_}/console/api_shell?function=api_token_create`);
    await signIn(small, token);
    await small.locator('h2').first().waitFor();
    assert.notEqual(await small.locator('h2').first().textContent(), 'api_token_create');
    await call('api_token_revoke', { token_name: 'narrow' });
  });

  inBrowser('a session lasts beyond a reload, is shared by tabs, and ends for both', async (context) => {
    const page = await context.newPage();
    await page.goto(`${URL_}/console/api_tokens`);
    await page.getByLabel('API token').fill(TOKEN);
    await page.getByLabel(/Open a session/).check();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/\/cpsess\d{10}\/api_tokens$/);
    await page.reload();
    await page.locator('h1', { hasText: 'API Tokens' }).waitFor();
    assert.match(await page.locator('#who').textContent(), /Session: at most 1[45] min left without a call/);
    assert.ok(!(await page.content()).includes(TOKEN));
    const [cookie] = await context.cookies();
    assert.equal(cookie.httpOnly && cookie.secure, true);
    assert.equal(await page.evaluate(() => document.cookie), '');
    const other = await context.newPage();
    await other.goto(page.url());
    await other.locator('h1', { hasText: 'API Tokens' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('h1', { hasText: 'Sign in' }).waitFor();
    await other.getByRole('button', { name: 'Reload' }).click();
    await other.locator('h1', { hasText: 'Sign in' }).waitFor();
  });

  inBrowser('a link of create_user_session leads to its page', async (context) => {
    const link = await call('create_user_session', { user: 'root', service: 'whostmgrd', app: 'api_tokens' });
    const page = await context.newPage();
    await page.goto(URL_ + new URL(link.url).pathname + new URL(link.url).search);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('h1', { hasText: 'API Tokens' }).waitFor();
    assert.match(at(page), /^\/cpsess\d{10}\/api_tokens$/);
    await page.locator('nav a', { hasText: 'Usage' }).click();
    await page.waitForURL(/\/cpsess\d{10}\/usage$/);
    await page.getByRole('button', { name: 'Sign out' }).click();
  });
}
