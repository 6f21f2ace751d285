// Sign-in, by a token that stays in the page, or with a session.

import { enter, SILENT } from './call.js';
import { busy, el, field, input, say, tick } from './el.js';

/** A session of the token: the cookie is the browser's, and no script reads it. */
async function openSession(given) {
  const at = given.indexOf(':');
  const body = new URLSearchParams({ user: given.slice(0, at), pass: given.slice(at + 1), login_only: '1' });
  const answer = await fetch('/login', { method: 'POST', body, cache: 'no-store' }).catch(() => { throw new Error(SILENT); });
  const { status, message, security_token: path } = await answer.json().catch(() => ({}));
  if (status !== 1) throw new Error(message === 'invalid_login' ? 'The token is not valid, or not from here.' : `HTTP ${answer.status}: ${message ?? 'no session was opened.'}`);
  enter('', path);
}

export function show(main, why, next) {
  const user = field('User', input({ value: 'root', required: true, maxlength: 64 }));
  const pasted = field('API token', input({ type: 'password', required: true }), 'It stays in this page, and is forgotten when you reload or leave it. “USER:TOKEN” works, too.');
  const session = tick('Open a session: other tabs and reloads share it. It ends after 15 minutes without a call, and after 12 hours.', {});
  const make = el('button', { class: 'main' }, 'Sign in');
  const form = el('form', { on: { submit: (event) => {
    event.preventDefault();
    busy(make, async () => {
      const value = pasted.control.value.trim();
      const given = value.includes(':') ? value : `${user.control.value.trim()}:${value}`;
      pasted.control.value = '';
      if (session.querySelector('input').checked) await openSession(given);
      else enter(given, '');
      await next();
    });
  } } }, user, pasted, el('p', {}, session), make);
  main.replaceChildren(el('h1', {}, 'Sign in'), form);
  say(why);
  pasted.control.focus();
}
