#!/usr/bin/env node
// Plants 23 faults in the template, one at a time, such as somebody could make, and tells which tool finds which.
//
//   node src/test/lint/faults.mjs [--all]
//
// A fault is given to one tool after the other, the quick ones first, until one finds it; with --all to each of them. The last
// line counts, and exit code 1 says that one was found by nobody although every tool is installed, or that something is found where nothing is wrong.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, guard, parse, ROOT } from './lint.mjs';
import { small } from './small.mjs';

const KEPT = ['applist', 'version', 'api_token_list', 'ticket_grant', 'ticket_revoke'];

const template = small(parse(readFileSync(join(ROOT, 'sam-template.yaml'), 'utf8')), ...KEPT);
const declared = Object.entries(JSON.parse(readFileSync(join(ROOT, 'infra/functions.json'), 'utf8')));
const touches = Object.fromEntries(declared.filter(([name]) => KEPT.includes(name)));
const folder = mkdtempSync(join(tmpdir(), 'latchkey-faults-'));
process.on('exit', () => rmSync(folder, { recursive: true }));

const statements = (resources, role) => resources[role].Properties.Policies[0].PolicyDocument.Statement;
const integrations = (resources) => resources.Api.Properties.DefinitionBody.components['x-amazon-apigateway-integrations'];
const variables = ({ Globals }) => Globals.Function.Environment.Variables;

function renamed(map, from, to) {
  map[to] = map[from];
  delete map[from];
}

const FAULTS = {
  'another resource for the table': (resources, copy) => { variables(copy).LATCHKEY_TABLE = { Ref: 'AccessLog' }; },
  'a role that lacks SendCommand': (resources) => {
    const all = statements(resources, 'TicketGrantRole');
    all.splice(0, all.length, ...all.filter(({ Action }) => Action !== 'ssm:SendCommand'));
  },
  'a variable of another name': (resources, copy) => renamed(variables(copy), 'LATCHKEY_TABLE', 'LATCHKEY_TABEL'),
  'a variable that no setting has': (resources, copy) => renamed(variables(copy), 'LATCHKEY_LIMITS_TOKENS', 'LATCHKEY_LIMIT_TOKENS'),
  'a route to another function': ({ Api }) => {
    const { paths } = Api.Properties.DefinitionBody;
    paths['/{api}/ticket_revoke'] = structuredClone(paths['/{api}/ticket_grant']);
  },
  'a role that may do everything': (resources) => { statements(resources, 'ApplistRole')[1].Action = 'dynamodb:*'; },
  'a table that goes with the stack': ({ Table }) => delete Table.DeletionPolicy,
  'an alarm that tells nobody': ({ RevokingAlarm }) => delete RevokingAlarm.Properties.AlarmActions,
  'a canary without its alarm': ({ Version }) => delete Version.Properties.DeploymentPreference.Alarms,
  'a document of another hash': ({ OrderDocument }) => { OrderDocument.Properties.Content += '\n'; },
  'a log that is kept forever': ({ CallLog }) => delete CallLog.Properties,
  'a schedule that asks for nothing': ({ ReconcilerSchedule }) => {
    const [target] = ReconcilerSchedule.Properties.Targets;
    target.Input = target.Input.replaceAll('/internal/reconcile', '/internal/reconciler');
  },
  'a function that outlives its caller': (resources, { Globals }) => { Globals.Function.Timeout = 60; },
  'an alarm on another table': ({ RevokingAlarm }) => { RevokingAlarm.Properties.Dimensions[0].Value = { Ref: 'AWS::StackName' }; },
  'two functions with one role': ({ TicketGrant }) => { TicketGrant.Properties.Role = { 'Fn::GetAtt': ['TicketRevokeRole', 'Arn'] }; },
  'a permission for every API': ({ ApplistPermission }) => delete ApplistPermission.Properties.SourceArn,
  'a rule that may not invoke': (resources) => delete resources.ReconcilerOfCommandsPermission,
  'orders to every server of the account': (resources) => statements(resources, 'TicketRevokeRole').filter(
    ({ Action }) => Action === 'ssm:SendCommand').forEach((one) => delete one.Condition),
  'a write to any item': (resources) => delete statements(resources, 'TicketGrantRole').find(({ Action }) => Action?.includes?.('dynamodb:UpdateItem')).Condition,
  'a mapping without its condition': ({ HostMapping }) => delete HostMapping.Condition,
  'a function that runs another one': ({ TicketRevoke }) => { TicketRevoke.Properties.Environment.Variables.LATCHKEY_FUNCTIONS = 'ticket_grant'; },
  'a permission past the alias': ({ ApiTokenListPermission }) => { ApiTokenListPermission.Properties.FunctionName = { Ref: 'ApiTokenList' }; },
  'the condition turned around': (resources, { Conditions }) => { Conditions.IsNative = { 'Fn::Not': [Conditions.IsNative] }; },
};

/** Findings of many documents at once, or nothing where a program is not installed. */
function python(script, documents, wrapped) {
  const file = join(folder, `${script}.json`);
  writeFileSync(file, JSON.stringify(Object.fromEntries(documents.map(([name, document]) => [name, wrapped(document)]))));
  const run = spawnSync('python3', [fileURLToPath(new URL(script, import.meta.url)), '--batch'],
    { input: readFileSync(file), encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) {
    throw new Error(`${script} ended with ${run.status}: ${run.stderr.trim().slice(-2000)}`);
  }
  return JSON.parse(run.stdout);
}

const byTemplate = (tool) => (documents) => {
  const { skipped, findings } = python('template.py', documents, (document) => ({ tool, document }));
  return skipped.includes(tool) ? undefined : findings;
};

/** The quick ones first: each gets [name, template] of many, and answers {name: findings}. */
const TOOLS = {
  'lint.mjs': (documents) => Object.fromEntries(documents.map(([name, document]) => [name, check(document, { touches })])),
  'cfn-guard': (documents) => {
    const found = documents.map(([name, document]) => {
      const file = join(folder, 'guarded.json');
      writeFileSync(file, JSON.stringify(document));
      return [name, guard(file)];
    });
    return found.some(([, findings]) => findings === undefined) ? undefined : Object.fromEntries(found);
  },
  samtranslator: byTemplate('samtranslator'),
  'cfn-lint': byTemplate('cfn-lint'),
  moto: (documents) => {
    const { skipped, findings } = python('rehearsal.py', documents, (document) => document);
    return skipped ? undefined : findings;
  },
};

const planted = Object.entries(FAULTS).map(([name, fault]) => {
  const copy = structuredClone(template);
  fault(copy.Resources, copy);
  if (JSON.stringify(copy) === JSON.stringify(template)) {
    throw new Error(`${name} changes nothing`);
  }
  return [name, copy];
});
const isAll = process.argv.includes('--all');
const found = Object.fromEntries(planted.map(([name]) => [name, []]));
let wrong = 0;
let skipped = 0;
for (const [tool, judge] of Object.entries(TOOLS)) {
  const open = planted.filter(([name]) => isAll || !found[name].length);
  const findings = open.length ? judge([['nothing', template], ...open]) : {};
  if (findings === undefined) {
    console.log(`skipped: ${tool} is not installed`);
    skipped += 1;
    continue;
  }
  if (findings.nothing?.length) {
    console.log(`${tool} finds ${JSON.stringify(findings.nothing[0])} where no fault is planted`);
    wrong += 1;
  }
  open.filter(([name]) => findings[name].length).forEach(([name]) => found[name].push(tool));
}
for (const [name, tools] of Object.entries(found)) {
  console.log(`${name.padEnd(40)} ${tools.join(', ') || 'found by nobody'}`);
}
const missed = Object.values(found).filter((tools) => !tools.length).length;
console.log(`${planted.length} faults of the template planted: ${planted.length - missed} found, ${missed} found by nobody`);
process.exitCode = wrong || (missed && !skipped) ? 1 : 0;
