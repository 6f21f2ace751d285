// Answers that a test makes up, and pages that do not wait as long as a person would.

import { readFileSync } from 'node:fs';

export const answered = (name, result, reason, data = {}) => ({ json: { metadata: { version: 1, command: name, result, reason }, data }, headers: { 'X-Request-Id': 'made-by-the-test' } });
export const gateway = (status, message) => ({ status, json: { message } });
/** Each answer once, the last one from then on; undefined cuts the line. */
export const script = (answers, seen = []) => (route) => {
  seen.push(new URLSearchParams(route.request().postData()));
  const next = answers[Math.min(seen.length, answers.length) - 1];
  return next ? route.fulfill(next) : route.abort();
};
export const NOW = Math.floor(Date.now() / 1000);
export const granted = { auth_status: 'AUTHED', auth_time: NOW - 60, expires_at: NOW + 3600, granted_by: 'root', granted_by_token: 'root', server_name: 'web09', server_num: 1, ssh_username: 'root' };
export const ticketOf = (id, more = {}) => ({ ticket_id: id, ticket_status: 'OPEN', ticket_subject: 'Mail is slow', servers: [granted], ...more });
export const tickets = (context, ...all) => context.route('**/json-api/ticket_list', script(all.map((auths) => answered('ticket_list', 1, 'OK', { auths, non_fatals: [] }))));
/** Waits of the page are short. */
export const hurried = (context) => context.addInitScript(() => {
  const real = window.setTimeout.bind(window);
  window.setTimeout = (work, ms) => real(work, Math.min(ms, 50));
});

const RESPONSES = JSON.parse(readFileSync(new URL('../../../infra/openapi.json', import.meta.url), 'utf8')).components.responses;

function sample(schema, text, path) {
  if (schema.allOf || schema.anyOf) return sample((schema.allOf ?? schema.anyOf.filter((one) => !one.$ref)).at(-1), text, path);
  if (schema.type === 'array') return [sample(schema.items, text, path)];
  if (schema.type === 'object') {
    const named = { ...schema.properties, ...(schema.additionalProperties?.type ? { name: schema.additionalProperties } : {}) };
    return Object.fromEntries(Object.entries(named).map(([key, one]) => [key, sample(one, text, [...path, key])]));
  }
  return schema.type === 'string' ? text(path.join('.')) : 1;
}

/**
 * Data with each field that a function declares, of several servers where it takes several: numbers are 1, and a text is made
 * of the names that lead to it.
 */
export const sampleOf = (name, text) => sample(RESPONSES[name].content['application/json'].schema.properties.data ?? { type: 'object' }, text, []);
