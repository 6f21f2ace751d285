// One browser for all tests, and pages of it that note what must not be.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

export const URL_ = process.env.LATCHKEY_URL;
export const TOKEN = process.env.LATCHKEY_ROOT_TOKEN;
/** A Lambda of the JVM takes its time to start. */
export const PATIENCE = Number(process.env.LATCHKEY_PATIENCE ?? 20_000);
/** Of text that somebody else wrote, all that could become markup. */
export const CANARY = '"\'><img src=/canary onerror="canary=1"><script>canary=1</script><a href="javascript:canary=1">';

export const PAGES = ['grant_cpanel_support_access', 'api_tokens', 'manage_roots_ssh_keys', 'usage', 'api_shell'];

let browser;

export async function launch() {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none'],
  });
}

export const close = () => browser?.close();

/** A new profile; of its pages, `wrong` holds violations of the policy, errors, and requests to other hosts. */
export async function profile(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, locale: 'en-US', timezoneId: 'UTC', ...options });
  context.setDefaultTimeout(PATIENCE);
  context.wrong = [];
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`violated: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
  });
  context.on('page', (page) => {
    page.on('console', (message) => { if (message.type() === 'error' && !/status of 40[13]/.test(message.text())) context.wrong.push(message.text()); });
    page.on('pageerror', (error) => context.wrong.push(String(error)));
    page.on('request', (request) => { if (!request.url().startsWith(URL_) && !/^(blob|data):/.test(request.url())) context.wrong.push(`request to ${request.url()}`); });
  });
  return context;
}

/** Counts what a person does: clicks, and letters that are typed. */
export async function signedIn(context, path = '/', token = TOKEN, user = 'root') {
  const page = await context.newPage();
  await page.goto(URL_ + path);
  await signIn(page, token, user);
  return page;
}

export async function signIn(page, token = TOKEN, user = 'root') {
  if (user !== 'root') await page.getByLabel('User').fill(user);
  await page.getByLabel('API token').fill(token);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** Waits until the page that was asked for is there, and what its dialog asks. */
export async function settled(page) {
  await page.waitForFunction(() => !document.getElementById('main').hasAttribute('aria-busy') && !document.body.textContent.includes('Asking what'));
}

/** Nothing is wider than the window, no button breaks a word, and where there is room each is one line. */
export async function fits(page, where) {
  const { wide, broken } = await page.evaluate(() => {
    const lines = (node, from, to) => {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, to);
      return new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size;
    };
    const texts = [...document.querySelectorAll('button')].filter((one) => one.checkVisibility()).map((one) => one.firstChild);
    return {
      wide: document.scrollingElement.scrollWidth > window.innerWidth,
      broken: texts.filter((one) => (window.innerWidth > 800 ? lines(one, 0, one.length) : Math.max(...[...one.data.matchAll(/\S+/g)].map((word) => lines(one, word.index, word.index + word[0].length)))) > 1).map((one) => one.data),
    };
  });
  assert.deepEqual({ wide, broken }, { wide: false, broken: [] }, where);
}

/** A call of servers, again where they were too busy to answer. */
export async function insist(name, given) {
  for (let tries = 5; ; tries--) {
    try {
      return await call(name, { ...given, 'api.wait': '20' });
    } catch (failure) {
      if (tries === 0) throw failure;
    }
  }
}

/** A call as root, beside the browser. */
export async function call(name, given = {}, token = TOKEN, user = 'root') {
  const answer = await fetch(`${URL_}/json-api/${name}`, {
    method: 'POST', headers: { Authorization: `whm ${user}:${token}` }, body: new URLSearchParams({ 'api.version': '1', ...given }),
  });
  const json = await answer.json();
  if (json.metadata?.result !== 1) throw new Error(`${name}: ${JSON.stringify(json)}`);
  return json.data;
}
