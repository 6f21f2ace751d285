// Holds the SAM template against our own policy: roles against declarations, routes, documents, the table, alarms.
//
//   node src/test/lint/lint.mjs [TEMPLATE [FUNCTIONS]]
//
// What CloudFormation, SAM and API Gateway take is for template.py, whose tools know it better.
//
// TEMPLATE is sam-template.yaml without one. FUNCTIONS is a JSON file, {"function_name": ["READ_AUDIT", …], …}, of what
// each function declares that it touches; without one infra/functions.json, if there is one, and else what a role allows is
// held only against what any function may declare. One line a finding, and exit code 1 when there are any.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import yaml from 'js-yaml';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const RULES = fileURLToPath(new URL('latchkey.guard', import.meta.url));

const LIMITS = { alarms: 14, documentBytes: 64 * 1024 };

const RUN_COMMAND = ['ssm:SendCommand', 'ssm:GetCommandInvocation'];
const NAMED_TABLE = { 'Fn::Sub': 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}' };

/** Actions on the items of partitions, and of them only what names no other attribute, a line each. */
const on = (actions, keys, attributes) => actions.flatMap((action) => keys.map(
  (key) => `dynamodb:${action} on ${key}${attributes ? ` (${attributes.join(' ')})` : ''}`));
const READ = ['GetItem', 'BatchGetItem', 'Query'];
const WRITE = ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'];
const TICKETS = ['T#*', 'TICKETS', 'TICKETS#CLOSED'];
const SERVERS = ['AGENTS', 'AHEAD', 'DUE#*', 'GIVEN', 'GIVEN#*', 'NODE#*', 'S#*', 'SERVERS', 'SUSPENDED'];
const FINDINGS = ['F#*'];
/** What admission names in an update of a credential and its user, and of the counters of older months. */
const COUNTED = ['pk', 'sk', 'last_used', 'last_ip', 'last_seen', 'misses', 's?', 'calls_*', 'live_*', '0*', '1*', '2*', '3*', '4*', '5*', '6*', '7*', '8*', '9*'];
/** How many there are of what is limited. */
const COUNT = on(['GetItem', 'UpdateItem'], ['H#*']);
const updating = on(['UpdateItem'], ['M#*', 'U#*'], COUNTED);
const counting = on(['UpdateItem'], ['M#*', 'OCCURRED', 'U#*', 'X#*'], COUNTED);
/** An entry, and the mark by which it is found to be sealed. */
const audited = [...on(['GetItem', 'PutItem'], ['A#*']), ...on(['PutItem'], ['UNSEALED'])];
const READ_SEALS = [...on(['Query'], ['A#*', 'SEAL#*', 'UNSEALED']), ...on(['BatchGetItem'], ['A#*', 'UNSEALED'])];

const EVERY_CALL = [...on(['GetItem'], ['SCHEMA', 'U#*', 'X#*']), ...counting];
/** What every call needs beside that where there is an item for each call. */
const RECORD = { when: 'HasUsageRecords', what: on(['PutItem'], ['M#*'])[0] };
/** What the reconciler alone needs where a key of KMS signs: that key, and no other. */
const TELLS = { when: 'HasEvents', id: 'Reconciler', action: 'events:PutEvents',
  where: { 'Fn::Sub': 'arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${Events}' } };
const SIGNS = ['kms:GetPublicKey', 'kms:Sign'].map(
  (action) => ({ when: 'HasSigningKey', id: 'Reconciler', action, where: { Ref: 'SigningKeyArn' } }));
/** It may not read there, nor remove or change anything. */
const STREAMS = { when: 'HasAuditStream', id: 'Reconciler', action: 's3:PutObject', where: { 'Fn::Sub': '${AuditBucket.Arn}/audit/*' } };
const READ_TOKENS = on(['BatchGetItem', 'Query'], ['U#*']);
const READ_TICKETS = [...on(READ, TICKETS), ...on(['BatchGetItem'], ['U#*'])];
const CHANGE_SERVERS = [...on(READ, SERVERS), ...on(WRITE, SERVERS), ...on(['PutItem'], ['R#*']), ...on(['UpdateItem'], ['EVENTS']),
  ...on(['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'], ['TICKETS', 'TICKETS#CLOSED']), ...COUNT];
const CHANGE_FINDINGS = [...on(READ, FINDINGS), ...on(WRITE, FINDINGS), ...on(['UpdateItem'], ['EVENTS'])];
/** What each permission that a function declares leads to, and CHANGES, that it changes something. */
const PERMISSIONS = {
  // The audit entry, that its caller is still what was admitted, and the stamp of a call with a key.
  CHANGES: [...audited, ...on(['ConditionCheckItem'], ['U#*', 'X#*']), ...on(['GetItem', 'PutItem', 'UpdateItem'], ['I#*'])],
  READ_AUDIT: on(['Query'], ['A#*', 'OCCURRED']),
  READ_SEALS,
  READ_USAGE: [...on(READ, ['M#*', 'B#*']), ...on(['Query'], ['BILLING', 'RESELLERS', 'RESELLERS#GONE', 'U#*'])],
  READ_TOKENS,
  CHANGE_TOKENS: [...READ_TOKENS, ...on(WRITE, ['EXPIRES', 'REVOKED', 'U#*']), ...COUNT],
  READ_USERS: on(['GetItem', 'Query'], ['ACLS', 'RESELLERS']),
  CHANGE_USERS: [...on(['GetItem'], ['H#*']), ...on(['PutItem', 'DeleteItem'], ['QUOTAS', 'RESELLERS']), ...on(['PutItem'], ['RESELLERS#GONE']),
    ...on(['UpdateItem'], ['H#*', 'U#*'], ['pk', 'sk', 'acls', 'suspended', 'suspended_at', 'suspend_reason', 'suspend_locked',
      'account_limit', 'quota', 'ending', 'revision', 'removed_at', 'terminated_at', 'resellers'])],
  CHANGE_ACL_LISTS: [...on(['GetItem'], ['H#*']), ...on(['PutItem', 'DeleteItem'], ['ACLS']),
    ...on(['UpdateItem'], ['ACLS', 'H#*'], ['pk', 'sk', 'acls', 'revision', 'acl_lists'])],
  CHANGE_PROFILE: on(['UpdateItem'], ['U#*'], ['pk', 'sk', 'public_key', 'ranges', 'ssh_user', 'account', 'sudo', 'company_name', 'company_id',
    'logo_url', 'pub_support_contact', 'pub_tech_contact', 'tech_contact_email']),
  READ_TICKETS,
  CHANGE_TICKETS: [...READ_TICKETS, ...on(WRITE, TICKETS), ...COUNT],
  READ_SERVERS: [...on(READ, SERVERS), ...on(['Query'], ['R#*'])],
  CHANGE_SERVERS,
  READ_FINDINGS: on(['BatchGetItem', 'Query'], FINDINGS),
  CHANGE_FINDINGS,
  CHANGE_SESSIONS: [...on(['Query', 'PutItem', 'DeleteItem'], ['X#*']), ...COUNT],
  END_SESSIONS: on(['Query', 'DeleteItem'], ['X#*']),
  RUN_COMMAND,
};

/** Functions without a declaration. Those that are not in the API are reached by nobody from outside. */
const UNDECLARED = {
  UnknownFunction: { inApi: true, may: EVERY_CALL },
  ConsolePages: { inApi: true, named: 'console', may: [] },
  Reconciler: { inApi: false, may: [...CHANGE_SERVERS, ...CHANGE_FINDINGS, ...audited, ...updating, ...RUN_COMMAND,
    ...READ_SEALS, ...on(['Query', 'DeleteItem'], ['OCCURRED']), ...on(['PutItem'], ['SEAL#*', 'UNSIGNED']), ...on(['DeleteItem'], ['UNSEALED', 'UNSIGNED', 'UNSTREAMED']),
    ...on(['Query'], ['UNSIGNED', 'UNSTREAMED']), ...on(['GetItem'], ['STREAMED']), ...on(['UpdateItem'], ['STREAMED', 'UNSTREAMED']),
    ...on(['Query', 'DeleteItem'], ['EVENTS', 'EXPIRES', 'REVOKED']), ...on(['GetItem', 'PutItem'], ['EVENTS#TOLD']), ...on(['GetItem', 'DeleteItem', 'Query'], ['U#*']),
    ...on(['UpdateItem'], ['U#*'], ['pk', 'sk', 'calls_*', 'summed_at']), ...on(['BatchGetItem', 'DeleteItem', 'GetItem', 'Query', 'UpdateItem'], ['M#*']),
    ...on(['GetItem', 'PutItem', 'Query'], ['BILLING']), ...on(['Query'], ['QUOTAS', 'RESELLERS', 'RESELLERS#GONE', 'TICKETS']), ...on(['GetItem', 'PutItem'], ['B#*']), ...on(['GetItem'], ['SCHEMA'])] },
  Bootstrap: { inApi: false, may: [...audited, ...on(['GetItem'], ['SCHEMA']), ...on(['GetItem', 'PutItem'], ['U#*']), ...on(['PutItem'], ['H#*'])] },
};

/** That of all functions which answer calls, so that a call is found by one search. */
const CALL_LOG = 'CallLog';

/** Opens and ends sessions, at paths of its own. */
const LOGIN = 'login';
const ENTRANCES = ['/login', '/login/{rest+}', '/{session}/login', '/{session}/login/{rest+}', '/{session}/logout'];

/** Serves files, where it is on, at paths of its own. */
const CONSOLE = { when: 'HasConsole', paths: ['/', '/console/{file}'] };

/** Runs every other function in its own process, so that its role is all of theirs. */
const RUNS_ALL = 'batch';
/** Where agents call functions, if they may: it is done where batches are. */
const MCP = '/mcp';

const NODES = {
  'arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:instance/*': 'which nodes, the tag condition says',
  'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:managed-instance/*': 'which nodes, the tag condition says',
};
/** Documents of this stack from the release before or after, which functions run in the middle of an update. */
const DOCUMENTS = ['OrderDocument', 'InstallDocument'].map(
  (id) => `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:document/\${AWS::StackName}-${id}-*`);
/** Parameters that reach the environment of the canaries and mean nothing to them: a version may have an old value. */
const NOTHING_TO_CANARIES = ['AccessLooks', 'AuditReads', 'Currency', 'Events', 'ExpiredTokensKept', 'GrantsPerServer', 'HostName', 'PriceChange', 'PriceRead',
  'PriceServers', 'Resellers', 'ServersDomain', 'ServersPerUser', 'SessionsPerUser', 'TicketsPerUser', 'TokenMaxAge', 'TokensPerUser'];
/** They end access, and so they must find room when everything else is busy. */
const ENDING = ['api_token_revoke', 'ticket_close', 'ticket_revoke', 'ticket_whitelist_unsetup'];
const RESERVED = { 'Fn::If': ['HasReservedConcurrency', { Ref: 'ReservedConcurrency' }, { Ref: 'AWS::NoValue' }] };
/** What gives rights beside the roles and the permissions, and is not looked into here. */
const BESIDE_ROLES = /^AWS::(IAM::(?!Role$)\w+|Lambda::(Url|LayerVersionPermission|EventSourceMapping))$/;
const ACCOUNT = { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } };
const TAG_CONDITION = { StringEquals: { 'ssm:resourceTag/Latchkey': { Ref: 'AWS::StackName' } } };

/** Each wildcard that was reviewed, and why it cannot be narrower. */
const REVIEWED = [
  ...Object.entries(NODES).map(([resource, why]) => ({ action: 'ssm:SendCommand', resource, why })),
  ...DOCUMENTS.map((resource) => ({ action: 'ssm:SendCommand', resource, why: 'CloudFormation ends the name of each release’s document at random' })),
  { action: 'ssm:GetCommandInvocation', resource: '*', why: 'it knows no resources' },
  { action: 's3:PutObject', resource: '${AuditBucket.Arn}/audit/*', why: 'the names of objects have users, seals and hashes' },
  { type: 'AWS::KMS::Key', action: 'kms:*', resource: '*', why: 'a key’s policy speaks of that key; without the account nobody could change it' },
  { type: 'AWS::KMS::Key', resource: '*', why: 'a key’s policy speaks of that key' },
];

/** What SAM has defaults for that are too small, or of the wrong machine. */
const DEFAULTS = { Architectures: 'x86_64', MemorySize: 128, Timeout: 3 };

/** The names of variables that are settings, by docs/settings.md; and what is the runtime's. */
const VARIABLES = new Set(['DISABLE_SIGNAL_HANDLERS', ...[...readFileSync(join(ROOT, 'docs/settings.md'), 'utf8')
  .matchAll(/^\| `(latchkey\.[a-z0-9.-]+)`/gm)].map(([, name]) => name.toUpperCase().replace(/[.-]/g, '_'))]);
const USED_TABLE = { 'Fn::If': ['MakesTable', { Ref: 'Table' }, { Ref: 'TableName' }] };
const TOLD = { 'Fn::If': ['HasAlarmTopic', [{ Ref: 'AlarmTopicArn' }], { Ref: 'AWS::NoValue' }] };
/** Seconds: API Gateway gives up after 30. */
const MOST_SECONDS = 29;

function schema() {
  const names = ['And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAZs', 'If', 'ImportValue', 'Join', 'Length', 'Not', 'Or',
    'Select', 'Split', 'Sub', 'ToJsonString', 'Transform'];
  const tag = (name, key, made = (data) => data) => ['scalar', 'sequence', 'mapping'].map(
    (kind) => new yaml.Type(`!${name}`, { kind, construct: (data) => ({ [key]: made(data) }) }));
  const ambiguous = new yaml.Type('tag:latchkey,2026:ambiguous', {
    kind: 'scalar',
    resolve: (text) => /^(y|n|yes|no|on|off)$/i.test(text ?? ''),
    construct: (text) => { throw new yaml.YAMLException(`${text} is a boolean in YAML 1.1, which the tools of AWS read; it would be in quotes`); },
  });
  return yaml.CORE_SCHEMA.extend({
    implicit: [ambiguous],
    explicit: [
      ...names.flatMap((name) => tag(name, `Fn::${name}`)),
      ...tag('Ref', 'Ref'),
      ...tag('Condition', 'Condition'),
      ...tag('GetAtt', 'Fn::GetAtt', attribute),
    ],
  });
}

function attribute(value) {
  if (typeof value !== 'string') {
    return value;
  }
  const [resource, ...rest] = value.split('.');
  return [resource, rest.join('.')];
}

export function parse(text) {
  return yaml.load(text, { schema: schema() });
}

const isMap = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const list = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]);
const same = (one, other) => canonical(one) === canonical(other);

function canonical(value) {
  return JSON.stringify(value, (key, each) => (isMap(each)
    ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1))) : each));
}

/** The one function of a map such as {"Fn::If": […]}, or nothing. */
function intrinsic(value) {
  const keys = isMap(value) ? Object.keys(value) : [];
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0] === 'Condition' || keys[0].startsWith('Fn::')) ? keys[0] : undefined;
}

/** The text of a Sub as we write it, of which each form is one string. */
const subText = (value) => (isMap(value) && typeof value['Fn::Sub'] === 'string' ? value['Fn::Sub'] : undefined);
const textOf = (value) => (typeof value === 'string' ? value : subText(value));
const refOf = (value) => (isMap(value) ? value.Ref : undefined);
const getAttOf = (value) => (isMap(value) && value['Fn::GetAtt'] ? attribute(value['Fn::GetAtt']) : undefined);
const arnOf = (value) => (getAttOf(value)?.[1] === 'Arn' ? getAttOf(value)[0] : undefined);

let specification;
function spec() {
  specification ??= loadAwsServiceSpecSync();
  return specification;
}

/**
 * @param template as parse() makes it
 * @param options touches: {function: [touch]} or nothing; documents: a folder with Latchkey-*.json
 * @return [{resource, message}]
 */
export function check(template, options = {}) {
  const findings = [];
  const find = (resource, message) => findings.push({ resource, message });
  for (const section of ['Globals', 'Parameters', 'Resources']) {
    if (template[section] !== undefined && !isMap(template[section])) {
      find(section, 'is not a map; it would be one of names');
      return findings;
    }
  }
  const context = {
    find,
    options,
    parameters: template.Parameters ?? {},
    resources: withGlobals(template),
  };
  const all = [checkParameters, checkPolicies, checkFunctions, checkApi, checkRelease, checkRules, checkDocuments, checkTable, checkAlarms];
  all.forEach((one) => one(context));
  // A fault of Globals is one of every function; once is enough, and where it is.
  return findings.filter((one, at) => findings.findIndex((other) => other.message === one.message
    && (other.resource === one.resource || one.message.startsWith('Globals'))) === at);
}

/** As SAM merges them: maps by key, lists one after the other, and else the function's own. */
function withGlobals({ Globals = {}, Resources = {} }) {
  const merged = (general, own) => {
    if (own === undefined) {
      return general;
    }
    if (isMap(general) && isMap(own) && !intrinsic(general) && !intrinsic(own)) {
      const keys = new Set([...Object.keys(general), ...Object.keys(own)]);
      return Object.fromEntries([...keys].map((key) => [key, merged(general[key], own[key])]));
    }
    return Array.isArray(general) && Array.isArray(own) ? [...general, ...own] : own;
  };
  const sections = { 'AWS::Serverless::Function': 'Function', 'AWS::Serverless::HttpApi': 'HttpApi' };
  return Object.fromEntries(Object.entries(Resources).map(([id, resource]) => {
    const general = Globals[sections[resource?.Type]];
    return [id, general === undefined ? resource : { ...resource, Properties: merged(general, resource.Properties ?? {}) }];
  }));
}

function ofType({ resources }, type) {
  return Object.entries(resources).filter(([, resource]) => resource?.Type === type);
}

/** CloudFormation holds a pattern against the whole of a value; cfn-lint is content with a part. */
function checkParameters({ find, parameters }) {
  for (const [name, { Default, AllowedPattern }] of Object.entries(parameters)) {
    if (Default !== undefined && AllowedPattern && !new RegExp(`^(?:${AllowedPattern})$`).test(String(Default))) {
      find(name, `has the default ${Default}, which ${AllowedPattern} does not match as a whole`);
    }
  }
}

function shown(value) {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** It gets a new release first, behind an alias. */
const isCanary = (resource) => resource.Properties?.AutoPublishAlias !== undefined;
const nameOf = (resource) => resource.Properties?.Environment?.Variables?.LATCHKEY_FUNCTIONS;

/** A path that is there under a condition, as if it held. */
function ifAsked(methods) {
  const [, asked, otherwise] = list(methods?.['Fn::If']);
  return same(otherwise, { Ref: 'AWS::NoValue' }) ? asked : methods;
}
/** What is there with the console alone. */
const withConsole = (value) => (value?.['Fn::If']?.[0] === CONSOLE.when && same(value['Fn::If'][2], { Ref: 'AWS::NoValue' }) ? value['Fn::If'][1] : value);

function routesOf({ resources }) {
  return Object.values(resources).filter((one) => one?.Type === 'AWS::Serverless::HttpApi').flatMap((api) =>
    Object.entries(api.Properties?.DefinitionBody?.paths ?? {}).flatMap(([path, methods]) =>
      Object.entries((CONSOLE.paths.includes(path) ? withConsole(methods) : ifAsked(methods)) ?? {}).filter(([method]) => method !== 'parameters').map(([method, operation]) =>
        ({ path, method, operation: operation ?? {} }))));
}

// --- (1) IAM --------------------------------------------------------------------------------------------------------------

/** Every policy in a resource: [{at, statements}]. */
function policies(value, at = '') {
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => policies(each, `${at}.${index}`));
  }
  if (!isMap(value)) {
    return [];
  }
  const here = Object.hasOwn(value, 'Statement') ? [{ at, statements: unfolded(value.Statement).map(([statement]) => statement) }] : [];
  return [...here, ...Object.entries(value).filter(([key]) => key !== 'Statement').flatMap(
    ([key, each]) => policies(each, at ? `${at}.${key}` : key))];
}

/** Text for a message and for the reviewed list. */
const resourceText = (value) => textOf(value) ?? (arnOf(value) ? `!GetAtt ${arnOf(value)}.Arn` : shown(value));

function checkPolicies(context) {
  const { find, resources } = context;
  for (const [id, resource] of Object.entries(resources)) {
    for (const { at, statements } of policies(resource?.Properties)) {
      statements.forEach((statement, index) => checkStatement(context, id, resource.Type, statement, `${at}.Statement.${index}`));
    }
  }
  for (const [id, { Type } = {}] of Object.entries(resources)) {
    if (BESIDE_ROLES.test(Type)) {
      find(id, `is an ${Type}, which nothing here holds against a declaration; the statements would be in the function’s role`);
    }
  }
  for (const [id, role] of ofType(context, 'AWS::IAM::Role')) {
    const trust = role.Properties?.AssumeRolePolicyDocument?.Statement;
    if (!same(trust, [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }])) {
      find(id, 'lets others than Lambda take it; AssumeRolePolicyDocument would allow sts:AssumeRole to lambda.amazonaws.com alone');
    }
    if (list(role.Properties?.ManagedPolicyArns).length) {
      find(id, 'has ManagedPolicyArns; it would have statements of its own');
    }
  }
  for (const [id, permission] of ofType(context, 'AWS::Lambda::Permission')) {
    if (permission.Properties?.Principal === '*' || permission.Properties?.SourceArn === undefined) {
      find(id, 'lets anyone of a service invoke the function; it would have SourceArn');
    }
  }
}

function checkStatement({ find, resources }, id, type, statement, at) {
  for (const key of ['NotAction', 'NotResource', 'NotPrincipal']) {
    if (Object.hasOwn(statement, key)) {
      find(id, `has ${at}.${key}, which allows what nobody listed; it would be ${key.slice(3)}`);
    }
  }
  if (statement.Effect === 'Deny') {
    return;
  }
  if (statement.Effect !== 'Allow') {
    find(id, `has ${at}.Effect: ${shown(statement.Effect)}, which would be Allow or Deny`);
  }
  const actions = list(statement.Action);
  const wanted = list(statement.Resource);
  const isTrust = at.startsWith('AssumeRolePolicyDocument');
  if (!actions.length || (!wanted.length && !isTrust)) {
    find(id, `has ${at} without ${actions.length ? 'Resource' : 'Action'}; it would have both`);
  }
  const reviewed = (action, resource) => REVIEWED.some((one) => (one.type === undefined || one.type === type)
    && (one.action === undefined ? !action.includes('*') : one.action === action) && one.resource === resource);
  for (const action of actions) {
    if (typeof action !== 'string' || !/^(\*|[a-z0-9-]+:[A-Za-z*?]+)$/.test(action)) {
      find(id, `has ${at}.Action: ${shown(action)}, which is not an action; an example is dynamodb:GetItem`);
      continue;
    }
    for (const resource of isTrust ? [''] : wanted) {
      const text = resourceText(resource);
      if (/[*?]/.test(action) && !reviewed(action, text)) {
        find(id, `allows the wildcard action ${action} (${at}); it would list the actions`);
      }
      if (/[*?]/.test(text) && !reviewed(action, text)) {
        find(id, `allows ${action} on the wildcard resource ${text} (${at}); it would name the resource, or be reviewed in lint.mjs`);
      }
      if (action.toLowerCase() === 'ssm:sendcommand') {
        checkSendCommand(text, resource);
      }
    }
  }
  checkPrincipal();

  function checkSendCommand(text, resource) {
    const document = /^arn:\$\{AWS::Partition\}:ssm:\$\{AWS::Region\}:\$\{AWS::AccountId\}:document\/\$\{(\w+)\}$/.exec(
      subText(resource) ?? '')?.[1];
    const isNode = Object.hasOwn(NODES, text);
    if (isNode && !same(statement.Condition, TAG_CONDITION)) {
      find(id, `allows ssm:SendCommand to nodes without the tag condition (${at}); it would have Condition: { StringEquals: { "ssm:resourceTag/Latchkey": !Ref AWS::StackName } }`);
    }
    if (!isNode && !DOCUMENTS.includes(text) && resources[document]?.Type !== 'AWS::SSM::Document') {
      find(id, `allows ssm:SendCommand on ${text} (${at}); it would be on a document of this template or on tagged nodes`);
    }
    // Documents carry no such tag: within one statement the condition would refuse them all.
    if (!isNode && statement.Condition !== undefined) {
      find(id, `allows ssm:SendCommand of ${document ?? text} under a condition (${at}); documents would have a statement of their own, without one`);
    }
  }

  function checkPrincipal() {
    const principals = isMap(statement.Principal) ? Object.values(statement.Principal).flatMap(list) : list(statement.Principal);
    const conditions = Object.values(statement.Condition ?? {}).flatMap((each) => Object.keys(each ?? {}));
    const isNarrow = type === 'AWS::KMS::Key' && !actions.some((action) => String(action).includes('*')) && ['kms:CallerAccount', 'kms:ViaService'].every((key) => conditions.includes(key));
    if (principals.includes('*') && !isNarrow) {
      find(id, `has ${at}.Principal "*"; it would name who`);
    } else if (type === 'AWS::KMS::Key' && !isNarrow && !same(statement.Principal, ACCOUNT)) {
      find(id, `has ${at}.Principal: ${shown(statement.Principal)}; it would be the account, ${ACCOUNT.AWS['Fn::Sub']}`);
    }
  }
}

/** [statement, condition of the template under which alone it is there] of statements that may be !If [condition, statement, nothing]. */
function unfolded(statements) {
  return list(statements).map((statement) => {
    const [when, is, isNot] = statement?.['Fn::If'] ?? [];
    return when !== undefined && same(isNot, { Ref: 'AWS::NoValue' }) ? [is, when] : [statement, undefined];
  });
}

/** [action, resource, condition, condition of the template] that a role allows, without the nodes and documents, of which checkSendCommand sees to the resource. */
function allowances(role) {
  return list(role.Properties?.Policies).flatMap((policy) => unfolded(policy?.PolicyDocument?.Statement))
    .filter(([statement]) => statement.Effect === 'Allow').flatMap(([statement, when]) => list(statement.Action).flatMap(
      (action) => list(statement.Resource).map((resource) => [action, resource, statement.Condition, when])));
}

/** What the declarations of a function lead to, and what may be there as long as nobody says what it declares. */
function allowed(context, id, name) {
  if (Object.hasOwn(UNDECLARED, id)) {
    return UNDECLARED[id].may;
  }
  const { touches } = context.options;
  const own = touches === undefined ? Object.keys(PERMISSIONS)
    : name === RUNS_ALL ? Object.values(touches).flat() : touches[name] ?? [];
  return [...new Set([...EVERY_CALL, ...own.flatMap((one) => PERMISSIONS[one] ?? [])])];
}

/** The condition of partitions and attributes. A condition of ForAllValues holds for a key that is not in the request, too. */
const conditionOf = (keys, attributes) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys, ...(attributes && { 'dynamodb:Attributes': attributes }) },
  Null: { 'dynamodb:LeadingKeys': 'false', ...(attributes && { 'dynamodb:Attributes': 'false' }) },
});

/** What a statement allows of the table, in the form of on(). */
function ofTable(action, condition) {
  const { 'dynamodb:LeadingKeys': keys, 'dynamodb:Attributes': attributes } = condition?.['ForAllValues:StringLike'] ?? {};
  return keys !== undefined && same(condition, conditionOf(keys, attributes))
    ? on([action.replace('dynamodb:', '')], list(keys), attributes) : [`${action} on any item`];
}

/** The resource where the table is the stack's own; another one may be named in its place, and nothing else. */
function own(on) {
  const [condition, made, named] = on?.['Fn::If'] ?? [];
  return condition === 'MakesTable' && same(named, NAMED_TABLE) ? made : on;
}

/** Nobody changes or removes an audit entry, a receipt or a seal; PutItem can still replace one, which IAM cannot tell apart. */
function checkDenial({ find }, role, roleId) {
  const denials = list(role.Properties?.Policies).flatMap((policy) => list(policy?.PolicyDocument?.Statement))
    .filter(({ Effect }) => Effect === 'Deny').map(({ Action, Condition, Resource }) => ({ Action, Condition, Resource: arnOf(own(Resource)) }));
  const expected = { Action: ['dynamodb:UpdateItem', 'dynamodb:DeleteItem'], Condition: conditionOf(['A#*', 'R#*', 'SEAL#*', 'B#*']), Resource: 'Table' };
  if (!same(denials, [expected])) {
    find(roleId, 'does not deny UpdateItem and DeleteItem of audit entries, receipts, seals and closed bills, A#*, R#*, SEAL#* and B#*, and nothing else; it would');
  }
}

function checkRole(context, id, resource, roleId, logId) {
  const { find, resources, options } = context;
  const may = allowed(context, id, nameOf(resource));
  const has = new Set();
  for (const [action, where, condition, when] of allowances(resources[roleId])) {
    if (String(action).startsWith('logs:')) {
      if (!['logs:CreateLogStream', 'logs:PutLogEvents'].includes(action) || arnOf(where) !== logId) {
        find(roleId, `allows ${action} on ${resourceText(where)}; it would be logs:CreateLogStream and logs:PutLogEvents on !GetAtt ${logId}.Arn`);
      }
      has.add(action);
      continue;
    }
    if ([...SIGNS, TELLS, STREAMS].some((one) => same({ when, id, action, where }, one))) {
      continue;
    }
    const isTable = String(action).startsWith('dynamodb:');
    for (const what of isTable ? ofTable(action, condition) : [action]) {
      if (when === undefined) {
        has.add(what);
      }
      if (!may.includes(what) && !(what === RECORD.what && when === RECORD.when)) {
        find(roleId, `allows ${what}, which ${id} does not declare`);
      }
    }
    if (isTable && resources[arnOf(own(where))]?.Type !== 'AWS::DynamoDB::Table') {
      find(roleId, `allows ${action} on ${resourceText(where)}; it would be on !GetAtt Table.Arn`);
    }
  }
  if (may.length) {
    checkDenial(context, resources[roleId], roleId);
  }
  const exact = options.touches !== undefined || Object.hasOwn(UNDECLARED, id);
  const needed = ['logs:CreateLogStream', 'logs:PutLogEvents', ...(exact ? may : EVERY_CALL)];
  const missing = needed.filter((what) => !has.has(what));
  if (missing.length) {
    find(roleId, `does not allow ${missing.join(', ')}, which ${id} needs`);
  }
}

// --- (2) functions and the API ---------------------------------------------------------------------------------------------

function checkFunctions(context) {
  const { find, resources, options } = context;
  const functions = ofType(context, 'AWS::Serverless::Function');
  const taken = new Map();
  const take = (id, what, by) => {
    if (taken.has(id)) {
      find(by, `has the ${what} ${id}, which is that of ${taken.get(id)} too; it would have one of its own`);
    }
    taken.set(id, by);
  };
  for (const [id, resource] of functions) {
    const properties = resource.Properties ?? {};
    if (properties.Policies !== undefined) {
      find(id, 'has Policies, which SAM ignores beside a Role; its Role would have them');
    }
    for (const name of ['FunctionUrlConfig', 'Events'].filter((each) => properties[each] !== undefined)) {
      find(id, `has ${name}, another way in than the API; it would have none`);
    }
    for (const [name, value] of Object.entries(DEFAULTS).filter(([each]) => properties[each] === undefined)) {
      find(id, `Globals lack ${name}, for which SAM takes ${value}`);
    }
    const variables = properties.Environment?.Variables ?? {};
    Object.keys(variables).filter((each) => !VARIABLES.has(each)).forEach(
      (each) => find(id, `Globals or it have the variable ${each}, which is no setting of docs/settings.md`));
    if (!same(variables.LATCHKEY_TABLE, USED_TABLE)) {
      find(id, `Globals or it have LATCHKEY_TABLE: ${shown(variables.LATCHKEY_TABLE)}; it would be ${shown(USED_TABLE)}`);
    }
    if ((UNDECLARED[id]?.inApi ?? true) && properties.Timeout > MOST_SECONDS) {
      find(id, `Globals or it have Timeout: ${properties.Timeout}; API Gateway gives up after 30 seconds, so it would be ${MOST_SECONDS} at most`);
    }
    const ends = ENDING.includes(nameOf(resource)) || id === 'Reconciler';
    if (!same(properties.ReservedConcurrentExecutions, ends ? RESERVED : undefined)) {
      find(id, ends ? 'ends access and would have ReservedConcurrentExecutions: !If [HasReservedConcurrency, !Ref ReservedConcurrency, !Ref AWS::NoValue]'
        : 'has ReservedConcurrentExecutions, which takes room from others; it would have none');
    }
    const role = arnOf(properties.Role);
    const hasRole = resources[role]?.Type === 'AWS::IAM::Role';
    if (hasRole) {
      take(role, 'role', id);
    } else {
      find(id, `has no role of its own; it would have Role: !GetAtt ${id}Role.Arn`);
    }
    const log = refOf(properties.LoggingConfig?.LogGroup);
    const itsLog = UNDECLARED[id]?.inApi ?? true ? CALL_LOG : `${id}Log`;
    if (log !== itsLog || resources[log]?.Type !== 'AWS::Logs::LogGroup') {
      find(id, `does not log to ${itsLog} of this template; it would have LoggingConfig: { LogGroup: !Ref ${itsLog} } and that log group`);
    }
    taken.set(log, id);
    if (hasRole) {
      checkRole(context, id, resource, role, itsLog);
    }
    const name = nameOf(resource);
    if (Object.hasOwn(UNDECLARED, id) ? name !== UNDECLARED[id].named : typeof name !== 'string') {
      find(id, `has LATCHKEY_FUNCTIONS: ${shown(name)}; ${name === undefined ? 'it would name one function' : 'it would name none'}`);
    } else if (name !== undefined && !Object.hasOwn(UNDECLARED, id) && options.touches !== undefined && !Object.hasOwn(options.touches, name)) {
      find(id, `runs ${name}, which no declaration has; it would run one of ${Object.keys(options.touches).join(', ')}`);
    }
  }
  for (const [id, { Properties }] of ofType(context, 'AWS::Logs::LogGroup')) {
    if (Properties?.RetentionInDays === undefined) {
      find(id, 'keeps what it has forever; it would have RetentionInDays: !Ref LogRetentionDays');
    }
  }
  const isAccessLog = (id) => ofType(context, 'AWS::Serverless::HttpApi').some(
    ([, api]) => arnOf(api.Properties?.AccessLogSettings?.DestinationArn) === id);
  for (const [id, { Type }] of Object.entries(resources)) {
    if ((Type === 'AWS::IAM::Role' || Type === 'AWS::Logs::LogGroup') && !taken.has(id) && !isAccessLog(id)) {
      find(id, 'is used by nothing; it would be a function’s');
    }
  }
  const names = functions.map(([, resource]) => nameOf(resource));
  Object.keys(options.touches ?? {}).filter((name) => !names.includes(name)).forEach(
    (name) => find('Resources', `have no function for ${name}, which is declared`));
}

function checkApi(context) {
  const { find, resources } = context;
  const apis = ofType(context, 'AWS::Serverless::HttpApi');
  if (apis.length !== 1) {
    find('Resources', `have ${apis.length} APIs; there would be one AWS::Serverless::HttpApi`);
    return;
  }
  const [[apiId, api]] = apis;
  if (arnOf(api.Properties?.AccessLogSettings?.DestinationArn) === undefined) {
    find(apiId, 'writes no access log; it would have AccessLogSettings with DestinationArn: !GetAtt AccessLog.Arn');
  }
  const body = api.Properties?.DefinitionBody ?? {};
  const integrations = body.components?.['x-amazon-apigateway-integrations'] ?? {};
  const prefix = '#/components/x-amazon-apigateway-integrations/';
  const targets = new Map();
  for (const [name, given] of Object.entries(integrations)) {
    const integration = withConsole(given);
    const expected = { type: 'aws_proxy', httpMethod: 'POST', payloadFormatVersion: '2.0' };
    for (const [key, value] of Object.entries(expected)) {
      if (integration?.[key] !== value) {
        find(apiId, `has the integration ${name} with ${key}: ${shown(integration?.[key])}; it would be ${shown(value)}`);
      }
    }
    const uri = /^arn:\$\{AWS::Partition\}:apigateway:\$\{AWS::Region\}:lambda:path\/2015-03-31\/functions\/\$\{(\w+)\.(Arn|Alias)\}\/invocations$/
      .exec(subText(integration?.uri) ?? '');
    const target = uri?.[1];
    if (resources[target]?.Type !== 'AWS::Serverless::Function') {
      find(apiId, `has the integration ${name} to ${shown(integration?.uri)}, which is not a function of this template`);
    } else if (isCanary(resources[target]) !== (uri[2] === 'Alias')) {
      find(apiId, `has the integration ${name} to the ${uri[2] === 'Alias' ? 'alias' : 'newest code'} of ${target}; it would be to \${${target}.${
        isCanary(resources[target]) ? 'Alias' : 'Arn'}}`);
    }
    targets.set(name, target);
  }

  const used = new Set();
  const forms = new Map();
  const seen = new Set();
  for (const { path, method, operation } of routesOf(context)) {
    const reference = operation['x-amazon-apigateway-integration']?.$ref;
    const name = reference?.startsWith(prefix) ? reference.slice(prefix.length) : undefined;
    if (name === undefined || !targets.has(name)) {
      find(apiId, `has the route ${path} to ${shown(reference)}, which is not an integration of the template; an example is "${prefix}…"`);
      continue;
    }
    used.add(name);
    if (method !== 'x-amazon-apigateway-any-method') {
      find(apiId, `has the route ${path} for ${method}; it would be for x-amazon-apigateway-any-method`);
    }
    const target = targets.get(name);
    if (path === '/$default') {
      if (operation.isDefaultRoute !== true || target !== 'UnknownFunction') {
        find(apiId, 'has a route /$default that would have isDefaultRoute: true and lead to UnknownFunction');
      }
      seen.add(path);
      continue;
    }
    if (CONSOLE.paths.includes(path) && (withConsole(body.paths[path]) === body.paths[path] || withConsole(integrations[name]) === integrations[name])) {
      find(apiId, `has the route ${path} where there is no console; it and its integration would be !If [${CONSOLE.when}, …, !Ref AWS::NoValue]`);
    }
    const form = ENTRANCES.includes(path) ? [path, path, LOGIN] : path === MCP ? [path, path, RUNS_ALL] : CONSOLE.paths.includes(path) ? [path, path, UNDECLARED.ConsolePages.named]
      : /^((?:\/\{session\})?\/\{api\})\/([a-z0-9_]+)$/.exec(path);
    if (!form) {
      find(apiId, `has the route ${path}; it would be of the form /{api}/NAME`);
      continue;
    }
    const [, variables, runs] = form;
    if (nameOf(resources[target] ?? {}) !== runs) {
      find(apiId, `leads ${path} to ${target}, which runs ${nameOf(resources[target] ?? {})}`);
    }
    const parameters = [...list(operation.parameters), ...list(withConsole(body.paths[path]).parameters)];
    for (const [, variable] of variables.matchAll(/\{(\w+)\+?\}/g)) {
      if (!parameters.some((one) => one.name === variable && one.in === 'path' && one.required === true)) {
        find(apiId, `has the route ${path} without its parameter; it would have parameters: [{ name: ${variable}, in: path, required: true, … }]`);
      }
    }
    forms.set(runs, [...(forms.get(runs) ?? []), path]);
  }
  if (!seen.has('/$default')) {
    find(apiId, 'has no route /$default; it would lead to UnknownFunction');
  }
  [...targets.keys()].filter((name) => !used.has(name)).forEach(
    (name) => find(apiId, `has the integration ${name}, which no route uses`));

  const permissions = ofType(context, 'AWS::Lambda::Permission').map(([, one]) => one.Properties ?? {});
  const exactly = { 'Fn::Sub': `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${apiId}}/*` };
  for (const [id, resource] of ofType(context, 'AWS::Serverless::Function')) {
    const inApi = UNDECLARED[id]?.inApi ?? true;
    const integrated = [...targets.values()].includes(id);
    const invoked = isCanary(resource) ? `${id}.Alias` : id;
    const own = permissions.filter((one) => refOf(one.FunctionName) === invoked || arnOf(one.FunctionName) === invoked);
    const fromApi = own.filter((one) => one.Principal === 'apigateway.amazonaws.com');
    if (!inApi) {
      if (integrated || fromApi.length) {
        find(id, 'is internal and can be reached from the API; it would have neither an integration nor a permission for it');
      }
      continue;
    }
    if (!integrated) {
      find(id, `has no integration in ${apiId}; it would have one`);
    }
    if (fromApi.length !== 1 || !same(fromApi[0].SourceArn, exactly) || fromApi[0].Action !== 'lambda:InvokeFunction') {
      find(id, `has not one permission for exactly this API; it would have SourceArn: !Sub "${exactly['Fn::Sub']}"`);
    }
    if (own.length !== fromApi.length) {
      find(id, 'may be invoked by others than the API; it would have the one permission');
    }
    const name = nameOf(resource);
    for (const path of name === undefined ? [] : name === LOGIN ? ENTRANCES : name === UNDECLARED.ConsolePages.named ? CONSOLE.paths : [`/{api}/${name}`, `/{session}/{api}/${name}`]) {
      if (!forms.get(name)?.includes(path)) {
        find(apiId, `has no route ${path}; each function would have both forms`);
      }
    }
  }
}

/** All names in Ref and Sub. */
function references(value) {
  if (Array.isArray(value)) {
    return value.flatMap(references);
  }
  const own = [refOf(value), ...[...(subText(value) ?? '').matchAll(/\$\{([\w:]+)\}/g)].map(([, one]) => one)];
  return isMap(value) ? [...own.filter((one) => one !== undefined), ...Object.values(value).flatMap(references)] : [];
}

/** A release goes to the canaries first, and to all others when their alarm has kept quiet. */
function checkRelease(context) {
  const { find, resources } = context;
  const functions = ofType(context, 'AWS::Serverless::Function');
  const canaries = functions.filter(([, resource]) => isCanary(resource));
  if (canaries.length < 2) {
    find('Resources', `have ${canaries.length} functions with AutoPublishAlias; a release would reach two first`);
  }
  const watched = [];
  for (const [id, { Properties }] of canaries) {
    const alias = Properties.AutoPublishAlias;
    const demand = (holds, right) => holds || find(id, `would have ${right}, and has not`);
    demand(Properties.AutoPublishAliasAllProperties === true, 'AutoPublishAliasAllProperties: true, as a version keeps its environment');
    demand(Properties.VersionDeletionPolicy === 'Delete', 'VersionDeletionPolicy: Delete, so that no version is kept that nothing uses');
    demand(refOf(Properties.DeploymentPreference?.Type) === 'Canary', 'DeploymentPreference with Type: !Ref Canary');
    demand(Properties.DeploymentPreference?.Enabled === undefined, 'DeploymentPreference without Enabled');
    const described = [...(subText(Properties.VersionDescription) ?? '').matchAll(/\$\{(\w+)\}/g)].map(([, one]) => one);
    const used = references(Properties.Environment).filter((one) => Object.hasOwn(context.parameters, one));
    const stale = used.filter((one) => !described.includes(one) && !NOTHING_TO_CANARIES.includes(one));
    demand(!stale.length, `a VersionDescription with \${${stale.join('} and ${')}}, without which another value publishes no version`);
    const length = described.map((one) => context.parameters[one] ?? {}).reduce((sum, { MaxLength, AllowedValues }) => sum + 1
      + (MaxLength ?? Math.max(...list(AllowedValues ?? 'x'.repeat(256)).map((one) => String(one).length))), 0);
    demand(length <= 257, `a VersionDescription of 256 characters at most, by the MaxLength of its parameters, which are ${length}`);
    const path = resources[arnOf(Properties.Role)]?.Properties?.Path;
    demand(path === undefined || String(Properties.Description).endsWith(` ${path}`), `a Description that ends with its role’s Path, ${path}, as a version keeps its role`);
    const [tries, watching, none] = list(Properties.DeploymentPreference?.Alarms?.['Fn::If']);
    demand(tries === 'TriesFirst' && same(none, [{ Ref: 'AWS::NoValue' }]), 'DeploymentPreference with Alarms: !If [TriesFirst, …, [!Ref AWS::NoValue]], as an alarm that is on would stop the release that mends it');
    const alarms = list(watching).map(refOf);
    demand(alarms.length && alarms.every((one) => resources[one]?.Type === 'AWS::CloudWatch::Alarm'), 'DeploymentPreference with Alarms of this template');
    const metrics = alarms.flatMap((one) => list(resources[one]?.Properties?.Metrics).map((each) => each?.MetricStat?.Metric ?? {}));
    demand(metrics.some((one) => one.Namespace === 'AWS/Lambda' && one.MetricName === 'Errors' && same(one.Dimensions,
      [{ Name: 'FunctionName', Value: { Ref: id } }, { Name: 'Resource', Value: { 'Fn::Sub': `\${${id}}:${alias}` } }])),
    `an alarm on the Errors of its alias, by FunctionName ${id} and Resource \${${id}}:${alias}`);
    const filters = ofType(context, 'AWS::Logs::MetricFilter').map(([, one]) => one.Properties ?? {}).filter((one) => metrics.some(
      (metric) => list(one.MetricTransformations).some((made) => made.MetricName === metric.MetricName && same(made.MetricNamespace, metric.Namespace))));
    demand(nameOf(resources[id]) === undefined || filters.some((one) => one.FilterPattern.includes('$.outcome = "failed"') && one.FilterPattern.includes(`$.function = "${nameOf(resources[id])}"`)),
      `an alarm on the calls of ${nameOf(resources[id])} that failed, by a filter of the log`);
    watched.push(`${id}Alias${alias}`);
  }
  for (const [id, resource] of functions.filter(([, one]) => !isCanary(one))) {
    const missing = watched.filter((one) => !list(resource.DependsOn).includes(one));
    if (missing.length) {
      find(id, `gets a new release before ${missing.join(' and ')}; it would have DependsOn: [${watched.join(', ')}]`);
    }
  }
}

function checkRules(context) {
  const { find, resources } = context;
  const permissions = ofType(context, 'AWS::Lambda::Permission').map(([, one]) => one.Properties ?? {});
  for (const [id, rule] of ofType(context, 'AWS::Events::Rule')) {
    for (const target of list(rule.Properties?.Targets)) {
      const to = arnOf(target.Arn);
      if (!permissions.some((one) => refOf(one.FunctionName) === to && one.Principal === 'events.amazonaws.com'
          && arnOf(one.SourceArn) === id)) {
        find(id, `may not invoke ${to}; there would be an AWS::Lambda::Permission for events.amazonaws.com with SourceArn: !GetAtt ${id}.Arn`);
      }
      for (const text of [target.Input, target.InputTransformer?.InputTemplate].filter((each) => typeof each === 'string')) {
        try {
          const { rawPath, requestContext } = JSON.parse(text);
          const internal = `/internal/${resources[to]?.Properties?.Environment?.Variables?.LATCHKEY_INTERNAL}`;
          if (rawPath !== internal || requestContext?.http?.path !== internal) {
            find(id, `asks ${to} for ${rawPath}; it would ask for ${internal}`);
          }
        } catch (e) {
          find(id, `does not send JSON: ${e.message}`);
        }
      }
    }
  }
  for (const [id, { Properties }] of ofType(context, 'AWS::Lambda::Permission')) {
    if (Properties?.Principal === 'events.amazonaws.com' && resources[arnOf(Properties.SourceArn)]?.Type !== 'AWS::Events::Rule') {
      find(id, 'lets events in that are of no rule of this template; SourceArn would be one’s');
    }
  }
}

// --- (3) documents ----------------------------------------------------------------------------------------------------------

function checkDocuments(context) {
  const { find, options } = context;
  for (const [id, resource] of ofType(context, 'AWS::SSM::Document')) {
    const { Content, Name, UpdateMethod, DocumentFormat } = resource.Properties ?? {};
    const file = `Latchkey-${id.replace(/Document$/, '')}.json`;
    const path = join(options.documents ?? join(ROOT, 'infra/ssm'), file);
    if (!existsSync(path)) {
      find(id, `has no file infra/ssm/${file}, which it would be`);
    } else if (typeof Content !== 'string' || !Buffer.from(Content).equals(readFileSync(path))) {
      find(id, `has a Content of other bytes than infra/ssm/${file}; it would be them, as text`);
    }
    if (DocumentFormat !== 'JSON') {
      find(id, `has DocumentFormat: ${shown(DocumentFormat)}; it would be JSON`);
    }
    if (Buffer.byteLength(String(Content)) > LIMITS.documentBytes) {
      find(id, `has a Content of ${Buffer.byteLength(String(Content))} bytes; Systems Manager takes ${LIMITS.documentBytes}`);
    }
    if (resource.UpdateReplacePolicy !== 'Retain') {
      find(id, 'is removed when its text changes, while functions of the old release still send it; it would have UpdateReplacePolicy: Retain');
    }
    // A changed text is another document unless versions are made, and CloudFormation replaces nothing that has a fixed name.
    if (Name !== undefined && UpdateMethod !== 'NewVersion') {
      find(id, 'has a Name and UpdateMethod: Replace, so that its text can never be updated; it would have no Name');
    }
    if (UpdateMethod === 'NewVersion') {
      find(id, 'has UpdateMethod: NewVersion, which makes the new text the default before the functions are new, and refuses the old text when a release goes back; it would have none');
    }
    let content;
    try {
      content = JSON.parse(Content);
    } catch (e) {
      find(id, `has a Content that is not JSON: ${e.message}`);
      continue;
    }
    checkContent(find, id, content);
  }
}

function checkContent(find, id, content) {
  if (content.schemaVersion !== '2.2') {
    find(id, `is of the schema ${shown(content.schemaVersion)}; it would be "2.2"`);
  }
  const parameters = content.parameters ?? {};
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter.interpolationType !== 'ENV_VAR') {
      find(id, `has the parameter ${name} that is put into the script as text; it would have "interpolationType": "ENV_VAR"`);
    }
    if (!/^\^[^|]*\$$/.test(parameter.allowedPattern ?? '')) {
      find(id, `has the parameter ${name} with allowedPattern ${shown(parameter.allowedPattern)}; it would be anchored: ^…$`);
    }
  }
  for (const [, name] of JSON.stringify(content.mainSteps ?? []).matchAll(/\{\{\s*([^}\s]+)\s*\}\}/g)) {
    if (!Object.hasOwn(parameters, name)) {
      find(id, `uses {{ ${name} }}, which is not a parameter of it`);
    }
  }
}

// --- (4) the table -----------------------------------------------------------------------------------------------------------

function checkTable(context) {
  const { find } = context;
  const tables = ofType(context, 'AWS::DynamoDB::Table');
  if (tables.length !== 1) {
    find('Resources', `have ${tables.length} tables; there would be one`);
  }
  for (const [id, table] of tables) {
    const properties = table.Properties ?? {};
    const demand = (holds, right) => holds || find(id, `would have ${right}`);
    demand(properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true,
      'PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }, and has not');
    demand(properties.TimeToLiveSpecification?.Enabled === true && properties.TimeToLiveSpecification.AttributeName === 'ttl',
      'TimeToLiveSpecification: { AttributeName: ttl, Enabled: true }, and has not');
    demand(properties.DeletionProtectionEnabled === true, 'DeletionProtectionEnabled: true, and has not');
    demand(table.DeletionPolicy === 'Retain', 'DeletionPolicy: Retain, and has not');
    demand(table.UpdateReplacePolicy === 'Retain', 'UpdateReplacePolicy: Retain, and has not');
    checkAttributes(find, id, properties);
    const encryption = JSON.stringify(properties.SSESpecification ?? {});
    ofType(context, 'AWS::KMS::Key').filter(([key]) => new RegExp(`\\b${key}\\b`).test(encryption)).forEach(
      ([key, resource]) => checkKey(find, id, key, resource));
  }
}

/** DynamoDB uses the key in its caller's name, and the account as principal only lets IAM's policies speak, of which none does. */
function checkKey(find, table, id, key) {
  const serves = list(key.Properties?.KeyPolicy?.Statement).some((statement) => {
    const conditions = Object.assign({}, ...Object.values(statement.Condition ?? {}));
    return statement.Effect === 'Allow' && same(statement.Principal, { AWS: '*' }) && 'kms:ViaService' in conditions
      && same(conditions['kms:CallerAccount'], { Ref: 'AWS::AccountId' })
      && ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'].every((action) => list(statement.Action).some(
        (one) => one === action || one === `${action}*`));
  });
  if (!serves) {
    find(id, `does not serve the functions’ roles, which use ${table} through it; its policy would allow kms:Decrypt, kms:GenerateDataKey, … to Principal: { AWS: "*" } under StringEquals: { "kms:CallerAccount": !Ref AWS::AccountId, "kms:ViaService": … }`);
  }
}

function checkAttributes(find, id, properties) {
  const defined = list(properties.AttributeDefinitions).map((one) => one.AttributeName).sort();
  const keyed = [properties, ...list(properties.GlobalSecondaryIndexes), ...list(properties.LocalSecondaryIndexes)]
    .flatMap((one) => list(one.KeySchema).map((key) => key.AttributeName));
  const wanted = [...new Set(keyed)].sort();
  if (!same(defined, wanted)) {
    find(id, `defines the attributes ${defined.join(', ')}; it would define those of its keys, ${wanted.join(', ')}`);
  }
}

// --- alarms --------------------------------------------------------------------------------------------------------------------

/** An alarm on a metric that nobody sends is silent forever. Our own metrics, a test of the program knows. */
function checkAlarms(context) {
  const { find } = context;
  const count = ofType(context, 'AWS::CloudWatch::Alarm').length + ofType(context, 'AWS::CloudWatch::CompositeAlarm').length;
  if (count > LIMITS.alarms) {
    find('Resources', `have ${count} alarms; they would be ${LIMITS.alarms} at most, at ten cents a month each`);
  }
  const sections = [...readFileSync(join(ROOT, 'docs/operate.md'), 'utf8').matchAll(/^### (\w+Alarm)$/gm)].map(([, name]) => name);
  for (const [id, alarm] of ofType(context, 'AWS::CloudWatch::Alarm')) {
    const properties = alarm.Properties ?? {};
    const section = /; see docs\/operate\.md#(\w+)$/.exec(properties.AlarmDescription)?.[1];
    if (!sections.some((name) => name.toLowerCase() === section)) {
      find(id, `sends nobody to its section of docs/operate.md; its AlarmDescription would end with “; see docs/operate.md#${id.toLowerCase()}”`);
    }
    if (!same(properties.AlarmActions, TOLD)) {
      find(id, `tells ${shown(properties.AlarmActions)}; it would have AlarmActions: !If [HasAlarmTopic, [!Ref AlarmTopicArn], !Ref AWS::NoValue]`);
    }
    if (properties.Namespace === 'Latchkey' && !same(properties.Dimensions, [{ Name: 'Table', Value: USED_TABLE }])) {
      find(id, `watches ${properties.MetricName} by ${shown(properties.Dimensions)}; the reconciler writes it by Table, the one in use`);
    }
    const metrics = [properties, ...list(properties.Metrics).map((one) => ({
      ...one?.MetricStat?.Metric, Period: one?.MetricStat?.Period, Statistic: one?.MetricStat?.Stat }))];
    for (const { Namespace, MetricName, Dimensions, Period } of metrics) {
      if (Period !== undefined && Period % 60 !== 0 && ![10, 20, 30].includes(Period)) {
        find(id, `has Period: ${Period}; it would be a multiple of 60`);
      }
      if (Period * (properties.EvaluationPeriods ?? 1) > (Period >= 3600 ? 7 : 1) * 86400) {
        find(id, 'looks back further than CloudWatch does, a day, or a week with periods of an hour or more');
      }
      if (!String(Namespace).startsWith('AWS/')) {
        continue;
      }
      const known = [...spec().lookup('metric', 'namespace', 'equals', Namespace)].filter((one) => one.name === MetricName);
      if (!known.length) {
        find(id, `watches ${Namespace} ${MetricName}, which is not a metric; there are ${[...new Set([...spec().lookup('metric',
          'namespace', 'equals', Namespace)].map((one) => one.name))].sort().join(', ')}`);
        continue;
      }
      checkDimensions(known, list(Dimensions).map((one) => one.Name).sort());
    }

    function checkDimensions(known, names) {
      const sets = known.flatMap((one) => spec().follow('usesDimensionSet', one)).map(
        (link) => link.entity.dimensions.map((one) => one.name).sort());
      if (sets.length && names.length && !sets.some((one) => same(one, names))) {
        find(id, `watches ${known[0].name} by ${names.join(', ')}, by which it is not sent; it is by ${
          [...new Set(sets.map((one) => one.join(' + ')))].join(', or by ')}`);
      }
    }
  }
}

// --- (5) cfn-guard --------------------------------------------------------------------------------------------------------------

/** Our own rules, in a program that others wrote. @return findings, or nothing where there is no such program */
export function guard(file) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return undefined;
  }
  const carrier = dirname(createRequire(import.meta.url).resolve('@cdklabs/cdk-validator-cfnguard/package.json'));
  const program = join(carrier, 'bin/ubuntu/x86_64/cfn-guard');
  // npm unpacks it as a file that nobody may run.
  chmodSync(program, 0o755);
  const run = spawnSync(program, ['validate', '--rules', RULES, '--data', file, '--show-summary', 'none', '--output-format', 'json',
    '--structured'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  // 0 is for no finding, 19 for findings; all else is a fault of the rules or of ours.
  if (run.error || ![0, 19].includes(run.status)) {
    return [{ resource: 'latchkey.guard', message: `cfn-guard ended with ${run.status ?? run.error}: ${run.stderr.trim()}` }];
  }
  const found = JSON.parse(run.stdout).flatMap(({ not_compliant: rules }) => rules.flatMap(({ Rule: rule }) =>
    clauses(rule.checks).map(({ path, message }) => ({
      resource: /^\/Resources\/(\w+)/.exec(path ?? '')?.[1] ?? 'Resources', message: `${rule.name} (cfn-guard): ${message}` }))));
  return found.filter((one, at) => found.findIndex((other) => same(one, other)) === at);
}

function clauses(checks) {
  return list(checks).flatMap((check) => {
    const [kind, body] = Object.entries(check)[0];
    if (kind !== 'Clause') {
      return clauses(body.checks);
    }
    const [, clause] = Object.entries(body)[0];
    const at = Object.values(clause.check ?? {})[0];
    return [{
      path: at?.from?.path ?? at?.value?.path ?? at?.value?.traversed_to?.path ?? at?.from?.traversed_to?.path,
      message: (clause.messages?.custom_message || clause.messages?.error_message || clause.context || '').replace(/\s+/g, ' ').trim(),
    }];
  });
}

// --- the program ----------------------------------------------------------------------------------------------------------------

/** @return {findings, notes} of a file */
export function lint(file, touchesFile) {
  const text = readFileSync(file, 'utf8');
  const notes = [];
  let template;
  try {
    template = parse(text);
  } catch (e) {
    const at = e.mark ? `line ${e.mark.line + 1}` : 'template';
    return { notes, findings: [{ resource: at, message: `is no YAML: ${e.reason ?? e.message}; ${
      e.mark ? `it reads “${text.split('\n')[e.mark.line].trim().slice(0, 100)}”` : ''}` }] };
  }
  let touches;
  if (existsSync(touchesFile)) {
    touches = JSON.parse(readFileSync(touchesFile, 'utf8'));
    delete touches['x-generated'];
  } else {
    notes.push(`${shortened(touchesFile)} is not there: roles are not held against the declarations`);
  }
  const findings = check(template, { touches });
  const guarded = guard(file);
  if (guarded === undefined) {
    notes.push(`cfn-guard is skipped, as its package has none for ${process.platform} ${process.arch} that was tried`);
  }
  return { notes, findings: [...findings, ...(guarded ?? [])] };
}

const shortened = (file) => (relative(ROOT, resolve(file)).startsWith('..') ? file : relative(ROOT, resolve(file)));

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [file = join(ROOT, 'sam-template.yaml'), touches = join(ROOT, 'infra/functions.json')] = process.argv.slice(2);
  if (process.argv[3] && !existsSync(touches)) {
    console.error(`${touches}: there is no such file`);
    process.exit(2);
  }
  const { findings, notes } = lint(file, touches);
  notes.forEach((note) => console.error(`note: ${note}`));
  findings.forEach(({ resource, message }) => console.log(`${shortened(file)}:${resource}: ${message}`));
  process.exitCode = findings.length ? 1 : 0;
}
