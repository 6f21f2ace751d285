// Where the pages are, and who sees which.

import * as calls from './call.js';
import { button, busy, el, field, input, say, span, tick } from './el.js';

/** By WHM's names: [title, what must be callable, the module, which is loaded when its page is shown]. */
const PAGES = {
  grant_cpanel_support_access: ['Support Access', 'ticket_list', 'support'],
  api_tokens: ['API Tokens', 'api_token_list', 'tokens'],
  manage_roots_ssh_keys: ['SSH Keys', 'fleet_key_list', 'keys'],
  usage: ['Usage', 'usage_report', 'usage'],
  api_shell: ['API Shell', 'applist', 'shell'],
};
const main = document.getElementById('main');
let mine;
let turn = 0;

const asked = () => /([a-z_]+)\/?$/.exec(location.pathname)?.[1];

/** Shows a page without a request for it; the query names what is on it. */
function go(page, query = '') {
  window.history.pushState(null, '', calls.base() + page + query);
  return show();
}

async function show() {
  const own = ++turn;
  main.setAttribute('aria-busy', 'true');
  document.querySelectorAll('dialog').forEach((one) => one.close());
  try {
    if (!calls.isSignedIn()) return signIn('');
    mine ??= await calls.data('applist').then(({ app, privileges }) => Object.assign(new Set(app), { privileges: Object.values(privileges) }));
    const open = Object.keys(PAGES).filter((page) => mine.has(PAGES[page][1]));
    const page = open.includes(asked()) ? asked() : open[0];
    if (page !== asked() || !location.pathname.startsWith(calls.base())) window.history.replaceState(null, '', calls.base() + page + (page === asked() ? location.search : ''));
    frame(open, page);
    say('');
    const [title, , file] = PAGES[page];
    const query = new URLSearchParams(location.search);
    const module = await import(`./${query.has('receipt') ? 'receipt' : file}.js`);
    document.title = `${title} · Latchkey`;
    const content = el('div', {}, el('h1', {}, title));
    main.replaceChildren(content);
    main.focus();
    await module.show(content, { mine, go, query, reload: show });
  } catch (failure) {
    failed(failure);
  } finally {
    if (own === turn) main.removeAttribute('aria-busy');
  }
}

function failed(failure) {
  if (failure instanceof calls.SignedOut) {
    mine = undefined;
    signIn(failure.message);
  } else {
    say(failure.message);
  }
}

function frame(open, page) {
  document.getElementById('pages').replaceChildren(...open.map((one) => el('a', {
    href: calls.base() + one, 'aria-current': one === page && 'page',
    on: { click: (event) => { if (!event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); go(one); } } },
  }, PAGES[one][0])));
  const left = el('span', {});
  document.getElementById('who').replaceChildren(left, ' ', button('Sign out', async () => { await calls.signOut(); mine = undefined; window.history.replaceState(null, '', '/'); signIn('You are signed out.'); }));
  const tell = () => { left.textContent = calls.inSession() ? `Session: ${span(calls.sessionLeft()).replace(/ \d+ s$/, '')} left without a call` : `Token of ${calls.user()}, until this page is left`; };
  tell();
  clearInterval(frame.timer);
  frame.timer = setInterval(tell, 10_000);
}

function signIn(why) {
  clearInterval(frame.timer);
  document.getElementById('pages').replaceChildren();
  document.getElementById('who').replaceChildren();
  document.title = 'Sign in · Latchkey';
  const user = field('User', input({ value: 'root', required: true, maxlength: 64 }));
  const pasted = field('API token', input({ type: 'password', required: true }), 'It stays in this page and is gone when the page is loaded anew. “USER:TOKEN” works, too.');
  const session = tick('Open a session of 15 minutes, which other tabs and a reload keep', {});
  const enter = el('button', { class: 'main' }, 'Sign in');
  const form = el('form', { on: { submit: (event) => {
    event.preventDefault();
    busy(enter, async () => {
      const value = pasted.control.value.trim();
      const given = value.includes(':') ? value : `${user.control.value.trim()}:${value}`;
      pasted.control.value = '';
      if (session.querySelector('input').checked) await calls.openSession(given);
      else calls.signIn(given);
      mine = undefined;
      await show();
    });
  } } }, user, pasted, el('p', {}, session), enter);
  main.replaceChildren(el('h1', {}, 'Sign in'), form);
  say(why);
  pasted.control.focus();
}

window.addEventListener('popstate', () => { if (!location.hash) show(); });
window.addEventListener('unhandledrejection', (event) => { event.preventDefault(); failed(event.reason); });
show();
