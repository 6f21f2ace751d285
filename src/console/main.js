// Where the pages are, and who sees which.

import * as calls from './call.js';
import { button, el, say, span, state } from './el.js';

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
let shown;

const load = (name) => import(`./${name}.js`).catch(() => { throw new Error('The server does not answer: try again.'); });
const asked = () => /([a-z_]+)\/?$/.exec(location.pathname)?.[1];

const shut = () => document.querySelectorAll('dialog').forEach((one) => one.close());

/** Shows a page without a request for it; the query names what is on it. */
function go(page, query = '') {
  window.history.pushState(null, '', calls.base() + page + query);
  return show();
}

async function show() {
  const own = ++turn;
  main.setAttribute('aria-busy', 'true');
  shut();
  try {
    if (!calls.isSignedIn()) return await signIn('');
    mine ??= await calls.data('applist').then(({ app, privileges }) => Object.assign(new Set(app), { privileges: Object.values(privileges) }));
    const open = Object.keys(PAGES).filter((page) => mine.has(PAGES[page][1]));
    const page = open.includes(asked()) ? asked() : open[0];
    if (page !== asked() || !location.pathname.startsWith(calls.base())) window.history.replaceState(null, '', calls.base() + page + (page === asked() ? location.search : ''));
    frame(open, page);
    say('');
    const [title, , file] = PAGES[page];
    const query = new URLSearchParams(location.search);
    const module = await load(query.has('receipt') ? 'receipt' : file);
    if (own !== turn) return;
    document.title = `${title} · Latchkey`;
    const content = el('div', {}, el('h1', {}, title));
    // What is loaded anew stays until it is there.
    if (shown !== location.href) {
      main.replaceChildren(content);
      shown = undefined;
    }
    main.focus({ preventScroll: true });
    await module.show(content, { mine, go, load, query, reload: show });
    if (own !== turn) return;
    shown = location.href;
    main.replaceChildren(content);
    frame.tell();
  } catch (failure) {
    if (own === turn || failure.signedOut) failed(failure);
  } finally {
    if (own === turn) main.removeAttribute('aria-busy');
  }
}

function failed(failure) {
  if (failure instanceof calls.SignedOut) {
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
  const warned = el('span', {});
  document.getElementById('who').replaceChildren(left, ' ', button('Sign out', signOut), warned);
  frame.tell = () => {
    warned.replaceChildren(...calls.warnings.map((one) => el('div', {}, state('warn', one))));
    left.textContent = calls.inSession() ? `Session: at most ${span(calls.sessionLeft()).replace(/ \d+ s$/, '')} left without a call` : `Token of ${calls.user()}, until this page is left`;
  };
  frame.tell();
  clearInterval(frame.timer);
  frame.timer = setInterval(frame.tell, 10_000);
}

/** Nothing of whoever was here stays. */
function clear() {
  shut();
  clearInterval(frame.timer);
  mine = shown = undefined;
  for (const id of ['pages', 'who', 'main']) document.getElementById(id).replaceChildren();
  say('');
}

async function signOut() {
  const isTold = await calls.signOut();
  clear();
  if (isTold) return window.location.replace('/');
  window.history.replaceState(null, '', '/');
  return signIn('This page is signed out, but the server did not answer: the session ends after 15 minutes without a call.');
}

async function signIn(why) {
  clear();
  document.title = 'Sign in · Latchkey';
  (await load('signin')).show(main, why, show);
}

window.addEventListener('pageshow', (event) => { if (event.persisted) show(); });
window.addEventListener('popstate', () => { if (!location.hash) show(); });
window.addEventListener('unhandledrejection', (event) => { event.preventDefault(); failed(event.reason); });
show();
