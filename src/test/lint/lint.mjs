// Lints the SAM template as far as that needs neither a network nor an account:
//
//   node src/test/lint/lint.mjs [TEMPLATE [FUNCTIONS]]
//
// TEMPLATE is sam-template.yaml without one. FUNCTIONS is a JSON file, {"function_name": ["QUERY", …], …}, of what
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

// API Gateway takes 300 routes an API and CloudFormation 500 resources a stack; the rest is room for what comes.
const LIMITS = { functions: 60, routes: 280, resources: 450, alarms: 10, documentBytes: 64 * 1024, templateBytes: 1024 * 1024 };

const READ = ['dynamodb:Query', 'dynamodb:BatchGetItem'];
const WRITE = ['dynamodb:ConditionCheckItem', 'dynamodb:DeleteItem'];
const RUN_COMMAND = ['ssm:SendCommand', 'ssm:GetCommandInvocation'];
const TOUCHES = { QUERY: READ, TRANSACT: WRITE, RUN_COMMAND };
/** What every call needs for its admission and its usage record. */
const EVERY_CALL = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
/** To what these write: usage records, and the credential and its user. Who declares TRANSACT writes to the whole table. */
const KEYS = ['M#*', 'U#*'];
const KEYS_CONDITION = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': KEYS } };

/** Functions without a declaration. Those that are not in the API are reached by nobody from outside. */
const UNDECLARED = {
  UnknownFunction: { inApi: true, actions: EVERY_CALL },
  Reconciler: { inApi: false, writes: true, actions: [...EVERY_CALL, 'dynamodb:Query', 'dynamodb:DeleteItem', ...RUN_COMMAND] },
  Bootstrap: { inApi: false, writes: true, actions: ['dynamodb:GetItem', 'dynamodb:PutItem'] },
};

/** Runs every other function in its own process, so that its role is all of theirs. */
const RUNS_ALL = 'batch';

const NODES = {
  'arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:instance/*': 'which nodes, the tag condition says',
  'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:managed-instance/*': 'which nodes, the tag condition says',
};
/** What gives rights beside the roles and the permissions, and is not looked into here. */
const BESIDE_ROLES = /^AWS::(IAM::(?!Role$)\w+|Lambda::(Url|LayerVersionPermission|EventSourceMapping))$/;
const ACCOUNT = { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } };
const TAG_CONDITION = { StringEquals: { 'ssm:resourceTag/Latchkey': { Ref: 'AWS::StackName' } } };

/** Each wildcard that was reviewed, and why it cannot be narrower. */
const REVIEWED = [
  ...Object.entries(NODES).map(([resource, why]) => ({ action: 'ssm:SendCommand', resource, why })),
  { action: 'ssm:GetCommandInvocation', resource: '*', why: 'it knows no resources' },
  { type: 'AWS::KMS::Key', action: 'kms:*', resource: '*', why: 'a key’s policy speaks of that key; without the account nobody could change it' },
  { type: 'AWS::KMS::Key', resource: '*', why: 'a key’s policy speaks of that key' },
];

/** Types whose SAM part the specification has from years ago; what SAM passes through is checked as where it ends. */
const ADDED = {
  'AWS::Serverless::Function': {
    // Each is handed to AWS::Lambda::Function as it is.
    LoggingConfig: ['AWS::Lambda::Function', 'LoggingConfig'],
    SnapStart: ['AWS::Lambda::Function', 'SnapStart'],
    RuntimeManagementConfig: ['AWS::Lambda::Function', 'RuntimeManagementConfig'],
    RecursiveLoop: ['AWS::Lambda::Function', 'RecursiveLoop'],
  },
  'AWS::Serverless::HttpApi': {
    // The specification has it in the singular, which SAM refuses.
    AccessLogSettings: ['AWS::ApiGatewayV2::Stage', 'AccessLogSettings'],
    Name: ['AWS::ApiGatewayV2::Api', 'Name'],
  },
};
const WRONG = { 'AWS::Serverless::HttpApi': ['AccessLogSetting'] };
/** What the specification does not say: a zip needs them, by the documentation of SAM. */
const REQUIRED = { 'AWS::Serverless::Function': ['CodeUri', 'Handler', 'Runtime', 'Architectures', 'Timeout', 'MemorySize'] };
/** Attributes that SAM's own types have, which the specification lacks altogether. */
const ATTRIBUTES = { 'AWS::Serverless::Function': ['Arn'], 'AWS::Serverless::HttpApi': ['ApiEndpoint'] };

const RESOURCE_KEYS = ['Type', 'Properties', 'Condition', 'DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy', 'UpdatePolicy',
  'CreationPolicy', 'Metadata'];
const PSEUDO = ['AccountId', 'NotificationARNs', 'NoValue', 'Partition', 'Region', 'StackId', 'StackName', 'URLSuffix']
  .map((name) => `AWS::${name}`);

/** What YAML 1.1, which the tools of AWS read, takes for a boolean and YAML 1.2 for text. */
class Ambiguous {
  constructor(text) {
    this.text = text;
  }
}

function schema() {
  const names = ['And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAZs', 'If', 'ImportValue', 'Join', 'Length', 'Not', 'Or',
    'Select', 'Split', 'Sub', 'ToJsonString', 'Transform'];
  const tag = (name, key, made = (data) => data) => ['scalar', 'sequence', 'mapping'].map(
    (kind) => new yaml.Type(`!${name}`, { kind, construct: (data) => ({ [key]: made(data) }) }));
  const ambiguous = new yaml.Type('tag:latchkey,2026:ambiguous', {
    kind: 'scalar',
    resolve: (text) => /^(y|n|yes|no|on|off)$/i.test(text ?? ''),
    construct: (text) => new Ambiguous(text),
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

const isMap = (value) => value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Ambiguous);
const list = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]);
const same = (one, other) => canonical(one) === canonical(other);
const isNoValue = (value) => isMap(value) && value.Ref === 'AWS::NoValue';

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

function resourceSpec(type) {
  return spec().lookup('resource', 'cloudFormationType', 'equals', type)[0];
}

/**
 * @param template as parse() makes it
 * @param options touches: {function: [touch]} or nothing; documents: a folder with Latchkey-*.json; bytes: of the template
 * @return [{resource, message}]
 */
export function check(template, options = {}) {
  const findings = [];
  const find = (resource, message) => findings.push({ resource, message });
  for (const section of ['Parameters', 'Conditions', 'Mappings', 'Resources', 'Outputs']) {
    if (template[section] !== undefined && !isMap(template[section])) {
      find(section, 'is no map; it would be one of names');
      return findings;
    }
  }
  const context = {
    find,
    options,
    template,
    parameters: template.Parameters ?? {},
    conditions: template.Conditions ?? {},
    mappings: template.Mappings ?? {},
    resources: withGlobals(template),
  };
  const all = [checkNames, checkSpecification, checkReferences, checkCycles, checkCounts, checkPolicies, checkFunctions, checkApi,
    checkRules, checkDocuments, checkTable, checkAlarms];
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

function checkNames({ find, template, parameters, resources }) {
  const sections = ['AWSTemplateFormatVersion', 'Transform', 'Description', 'Metadata', 'Parameters', 'Mappings', 'Conditions',
    'Rules', 'Globals', 'Resources', 'Outputs'];
  Object.keys(template).filter((name) => !sections.includes(name)).forEach(
    (name) => find(name, `is no section of a template; there are ${sections.join(', ')}`));
  if (template.Transform !== 'AWS::Serverless-2016-10-31') {
    find('Transform', 'is not SAM’s; it would be AWS::Serverless-2016-10-31');
  }
  for (const id of [...Object.keys(resources), ...Object.keys(parameters), ...Object.keys(template.Outputs ?? {})]) {
    if (!/^[A-Za-z0-9]{1,255}$/.test(id)) {
      find(id, 'is no logical name; it would be of letters and digits alone');
    }
  }
  Object.keys(resources).filter((id) => Object.hasOwn(parameters, id)).forEach(
    (id) => find(id, 'is a parameter and a resource; one of them needs another name'));
  for (const [id, output] of Object.entries(template.Outputs ?? {})) {
    if (output?.Value === undefined) {
      find(id, 'is an output without Value; it would have one');
    }
  }
  for (const [name, parameter] of Object.entries(parameters)) {
    checkParameter(find, name, parameter);
  }
}

function checkParameter(find, name, parameter) {
  const keys = ['Type', 'Default', 'AllowedPattern', 'AllowedValues', 'ConstraintDescription', 'Description', 'MaxLength',
    'MaxValue', 'MinLength', 'MinValue', 'NoEcho'];
  Object.keys(parameter).filter((key) => !keys.includes(key)).forEach(
    (key) => find(name, `has the unknown key ${key}; a parameter has ${keys.join(', ')}`));
  if (parameter.Type === undefined) {
    find(name, 'is a parameter without Type; it would be String or Number');
  }
  const { Default, AllowedValues, AllowedPattern } = parameter;
  if (Default !== undefined && AllowedValues && !AllowedValues.map(String).includes(String(Default))) {
    find(name, `has the default ${Default}, which is none of ${AllowedValues.join(', ')}`);
  }
  if (Default !== undefined && AllowedPattern && !new RegExp(`^(?:${AllowedPattern})$`).test(String(Default))) {
    find(name, `has the default ${Default}, which ${AllowedPattern} does not match`);
  }
}

// --- (2) the specification ------------------------------------------------------------------------------------------------

function checkSpecification(context) {
  const { find, resources } = context;
  for (const [id, resource] of Object.entries(resources)) {
    if (!isMap(resource)) {
      find(id, 'is no map; it would have a Type');
      continue;
    }
    Object.keys(resource).filter((key) => !RESOURCE_KEYS.includes(key)).forEach(
      (key) => find(id, `has the unknown key ${key}; a resource has ${RESOURCE_KEYS.join(', ')}`));
    const known = typeof resource.Type === 'string' ? resourceSpec(resource.Type) : undefined;
    if (!known) {
      find(id, `is of the unknown type ${resource.Type}; it would be one of the specification`);
      continue;
    }
    const properties = { ...known.properties };
    WRONG[resource.Type]?.forEach((name) => delete properties[name]);
    for (const [name, [type, from]] of Object.entries(ADDED[resource.Type] ?? {})) {
      properties[name] = resourceSpec(type).properties[from];
    }
    for (const name of REQUIRED[resource.Type] ?? []) {
      properties[name] = { ...properties[name], required: true };
    }
    checkProperties(context, resource.Properties ?? {}, properties, '').forEach((message) => find(id, message));
  }
}

function checkProperties(context, value, properties, at) {
  const found = [];
  const path = (name) => (at === '' ? name : `${at}.${name}`);
  for (const [name, property] of Object.entries(properties)) {
    if (property.required && (value[name] === undefined || isNoValue(value[name]))) {
      found.push(`lacks ${path(name)}, which is required`);
    }
  }
  for (const [name, each] of Object.entries(value)) {
    if (!Object.hasOwn(properties, name)) {
      const near = nearest(name, Object.keys(properties));
      found.push(`has the unknown property ${path(name)}; ${near ? `it would be ${near}` : `there are ${Object.keys(properties).sort().join(', ')}`}`);
    } else {
      found.push(...checkValue(context, each, properties[name].type, path(name)));
    }
  }
  return found;
}

/** A name that is one slip away. */
function nearest(name, names) {
  const distance = (one, other) => {
    let row = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (let at = 1; at <= one.length; at++) {
      const next = [at];
      for (let to = 1; to <= other.length; to++) {
        next.push(Math.min(row[to] + 1, next[to - 1] + 1, row[to - 1] + (one[at - 1] === other[to - 1] ? 0 : 1)));
      }
      row = next;
    }
    return row[other.length];
  };
  return names.map((each) => [distance(name.toLowerCase(), each.toLowerCase()), each]).sort(([one], [other]) => one - other)
    .filter(([far]) => far <= name.length / 4).map(([, each]) => each)[0];
}

function checkValue(context, value, type, at) {
  if (value instanceof Ambiguous) {
    return [`has ${at}: ${value.text}, which YAML 1.1 reads as a boolean; it would be in quotes`];
  }
  const name = intrinsic(value);
  if (name && type.type !== 'json') {
    return checkIntrinsic(context, name, value[name], type, at);
  }
  const wrong = (wanted) => [`has ${at}: ${shown(value)}, which would be ${wanted}`];
  switch (type.type) {
    case 'union': {
      const each = type.types.map((one) => checkValue(context, value, one, at));
      return each.reduce((best, one) => (one.length < best.length ? one : best));
    }
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((each, index) => checkValue(context, each, type.element, `${at}.${index}`)) : wrong('a list');
    case 'map':
      return isMap(value)
        ? Object.entries(value).flatMap(([key, each]) => checkValue(context, each, type.element, `${at}.${key}`)) : wrong('a map');
    case 'ref':
      return isMap(value)
        ? checkProperties(context, value, spec().get('typeDefinition', type.reference).properties, at) : wrong('a map');
    case 'tag':
      return isMap(value) && 'Key' in value && 'Value' in value ? [] : wrong('a tag with Key and Value');
    case 'json':
      return isMap(value) || Array.isArray(value) ? [] : wrong('a map');
    case 'string':
    case 'date-time':
      return typeof value !== 'string' ? wrong('text') : type.allowedValues && !type.allowedValues.includes(value)
        ? wrong(`one of ${type.allowedValues.join(', ')}`) : [];
    case 'integer':
    case 'number':
      return typeof value !== 'number' || (type.type === 'integer' && !Number.isInteger(value)) ? wrong(`of type ${type.type}`)
        : type.allowedValues && !type.allowedValues.includes(value) ? wrong(`one of ${type.allowedValues.join(', ')}`) : [];
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong('true or false');
    default:
      return wrong(`of the type ${type.type}, which this lint does not know`);
  }
}

function shown(value) {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function checkIntrinsic(context, name, argument, type, at) {
  if (name === 'Fn::If') {
    return list(argument).slice(1).filter((each) => !isNoValue(each)).flatMap((each) => checkValue(context, each, type, at));
  }
  const kinds = type.type === 'union' ? type.types.map((one) => one.type) : [type.type];
  const wrong = (gives) => [`has ${at}: ${name} ${shown(argument)}, which gives ${gives} and would give ${kinds.join(' or ')}`];
  if (name === 'Fn::Sub' || name === 'Fn::Join' || name === 'Fn::Base64') {
    return kinds.some((kind) => ['string', 'json', 'date-time'].includes(kind)) ? [] : wrong('text');
  }
  const parameter = name === 'Ref' ? context.parameters[argument] : undefined;
  if (parameter) {
    const numeric = parameter.Type === 'Number';
    const isList = parameter.Type === 'CommaDelimitedList' || String(parameter.Type).startsWith('List<');
    const scalar = kinds.some((kind) => ['string', 'date-time', 'boolean'].includes(kind));
    if (isList ? !kinds.includes('array') : !(scalar || (numeric && kinds.some((kind) => ['integer', 'number'].includes(kind))))) {
      return wrong(`a parameter of type ${parameter.Type}`);
    }
    const allowed = type.allowedValues?.map(String);
    const bad = [...list(parameter.Default), ...list(parameter.AllowedValues)].map(String)
      .filter((each) => allowed && !allowed.includes(each));
    return bad.length ? [`has ${at}: Ref ${argument}, whose ${bad.join(', ')} is none of ${allowed.join(', ')}`] : [];
  }
  if (name === 'Ref' && Object.hasOwn(context.resources, argument)) {
    return kinds.some((kind) => ['string', 'date-time'].includes(kind)) ? [] : wrong('text');
  }
  return [];
}

// --- (3) references -------------------------------------------------------------------------------------------------------

/** Every use of a name in a value: [{name, attribute, kind, given}], given being the conditions that hold there. */
function uses(value, given = [], found = []) {
  if (Array.isArray(value)) {
    value.forEach((each) => uses(each, given, found));
    return found;
  }
  if (!isMap(value)) {
    return found;
  }
  const name = intrinsic(value);
  const argument = name && value[name];
  switch (name) {
    case 'Ref':
      found.push({ kind: 'Ref', name: argument, given });
      break;
    case 'Fn::GetAtt': {
      const [resource, of] = attribute(argument);
      found.push({ kind: 'GetAtt', name: resource, attribute: of, given });
      break;
    }
    case 'Fn::Sub': {
      const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
      for (const [, named] of String(text).matchAll(/\$\{([^!}][^}]*)\}/g)) {
        const [resource, of] = attribute(named.trim());
        if (!Object.hasOwn(own ?? {}, named.trim())) {
          found.push({ kind: 'Sub', name: of ? resource : named.trim(), attribute: of || undefined, given });
        }
      }
      uses(own, given, found);
      break;
    }
    case 'Fn::If':
      found.push({ kind: 'Condition', name: argument[0], given });
      uses(argument[1], [...given, argument[0]], found);
      uses(argument[2], given, found);
      break;
    case 'Condition':
      found.push({ kind: 'Condition', name: argument, given });
      break;
    case 'Fn::FindInMap':
      found.push({ kind: 'FindInMap', name: argument[0], keys: argument.slice(1), given });
      uses(argument, given, found);
      break;
    default:
      Object.values(value).forEach((each) => uses(each, given, found));
  }
  return found;
}

function checkReferences(context) {
  const { find, template, parameters, conditions, mappings, resources } = context;
  const places = [
    ...Object.entries(resources).map(([id, resource]) => [id, resource?.Properties, resource?.Condition]),
    ...Object.entries(template.Outputs ?? {}).map(([id, output]) => [id, output, output?.Condition]),
    ...Object.entries(conditions).map(([id, condition]) => [id, condition]),
  ];
  for (const [id, value, condition] of places) {
    const isCondition = Object.hasOwn(conditions, id) && value === conditions[id];
    if (condition !== undefined && !Object.hasOwn(conditions, condition)) {
      find(id, `has the unknown condition ${condition}; there are ${Object.keys(conditions).join(', ')}`);
    }
    for (const use of uses(value, list(condition))) {
      checkUse(use, id, isCondition);
    }
  }
  const stages = ofType(context, 'AWS::Serverless::HttpApi').map(([id]) => `${id}ApiGatewayDefaultStage`); // SAM makes them
  for (const [id, resource] of Object.entries(resources)) {
    list(resource?.DependsOn).filter((other) => !Object.hasOwn(resources, other) && !stages.includes(other)).forEach(
      (other) => find(id, `depends on ${other}, which is no resource`));
  }

  function checkUse(use, id, isCondition) {
    const written = use.attribute ? `${use.name}.${use.attribute}` : use.name;
    if (use.kind === 'Condition') {
      if (!Object.hasOwn(conditions, use.name)) {
        find(id, `asks for the unknown condition ${use.name}; there are ${Object.keys(conditions).join(', ')}`);
      }
    } else if (use.kind === 'FindInMap') {
      const found = typeof use.name === 'string' ? use.keys.filter((key) => typeof key === 'string').reduce(
        (map, key) => (map === undefined ? undefined : map[key]), mappings[use.name]) : mappings;
      if (found === undefined) {
        find(id, `asks for ${[use.name, ...use.keys].map(shown).join(', ')}, which no mapping has`);
      }
    } else if (use.attribute !== undefined || use.kind === 'GetAtt') {
      checkAttribute(use, id, written);
    } else if (String(use.name).startsWith('AWS::')) {
      if (!PSEUDO.includes(use.name)) {
        find(id, `refers to the unknown ${use.name}; there are ${PSEUDO.join(', ')}`);
      }
    } else if (!Object.hasOwn(parameters, use.name) && (isCondition || !Object.hasOwn(resources, use.name))) {
      const near = nearest(String(use.name), [...Object.keys(parameters), ...Object.keys(resources)]);
      find(id, `refers to ${use.name} (${use.kind}), which is no parameter${isCondition ? '' : ' and no resource'}${near ? `; it would be ${near}` : ''}`);
    }
    const target = resources[use.name]?.Condition;
    if (target !== undefined && !use.given.includes(target)) {
      find(id, `refers to ${written}, which is there only if ${target}; it would do so within !If [${target}, …]`);
    }
  }

  function checkAttribute(use, id, written) {
    const type = resources[use.name]?.Type;
    if (type === undefined) {
      const near = nearest(String(use.name), Object.keys(resources));
      find(id, `refers to ${written} (${use.kind}), which is no resource’s${near ? `; it would be ${near}’s` : ''}`);
      return;
    }
    const known = ATTRIBUTES[type] ?? Object.keys(resourceSpec(type)?.attributes ?? {});
    if (!known.includes(use.attribute)) {
      find(id, `refers to ${written}, which ${type} has not; it has ${known.join(', ') || 'none'}`);
    }
  }
}

function checkCycles({ find, resources }) {
  const edges = new Map(Object.entries(resources).map(([id, resource]) => [id, [...new Set([
    ...uses(resource?.Properties).filter((use) => use.kind !== 'Condition').map((use) => use.name),
    ...list(resource?.DependsOn)])].filter((name) => Object.hasOwn(resources, name))]));
  const done = new Set();
  const visit = (id, path) => {
    if (path.includes(id)) {
      const cycle = [...path.slice(path.indexOf(id)), id];
      find(id, `depends on itself: ${cycle.join(' → ')}; one of these would not name the next`);
    } else if (!done.has(id)) {
      edges.get(id).forEach((next) => visit(next, [...path, id]));
      done.add(id);
    }
  };
  [...edges.keys()].forEach((id) => visit(id, []));
}

// --- (4) counts -----------------------------------------------------------------------------------------------------------

const nameOf = (resource) => resource.Properties?.Environment?.Variables?.LATCHKEY_FUNCTIONS;

/** [[id, resource]] of the functions that are declared, which is all but our own few. */
function declared(context) {
  return ofType(context, 'AWS::Serverless::Function').filter(([id]) => !Object.hasOwn(UNDECLARED, id));
}

function routesOf({ resources }) {
  return Object.values(resources).filter((one) => one?.Type === 'AWS::Serverless::HttpApi').flatMap((api) =>
    Object.entries(api.Properties?.DefinitionBody?.paths ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods ?? {}).filter(([method]) => method !== 'parameters').map(([method, operation]) =>
        ({ path, method, operation: operation ?? {} }))));
}

function checkCounts(context) {
  const { find, resources, options } = context;
  const functions = declared(context);
  const ids = functions.map(([id]) => id).sort((one, other) => other.length - one.length);
  const scaled = Math.max(functions.length, LIMITS.functions);
  const each = (count) => (functions.length ? count / functions.length : 0);

  const routes = routesOf(context).filter(({ path }) => path !== '/$default').length;
  const allRoutes = Math.ceil(each(routes) * scaled) + 1;
  if (allRoutes > LIMITS.routes) {
    find('Api', `has ${allRoutes} routes with ${scaled} functions; it would have ${LIMITS.routes} at most`);
  }
  // What begins with a function's name is the function's.
  const own = Object.keys(resources).filter((id) => ids.find((one) => id.startsWith(one))).length;
  // SAM makes the stage of each API.
  const rest = Object.keys(resources).length - own + ofType(context, 'AWS::Serverless::HttpApi').length;
  const allResources = Math.ceil(each(own) * scaled) + rest;
  if (allResources > LIMITS.resources) {
    find('Resources', `are ${allResources} with ${scaled} functions; they would be ${LIMITS.resources} at most`);
  }
  const alarms = ofType(context, 'AWS::CloudWatch::Alarm').length + ofType(context, 'AWS::CloudWatch::CompositeAlarm').length;
  if (alarms > LIMITS.alarms) {
    find('Resources', `have ${alarms} alarms; they would be ${LIMITS.alarms} at most, which cost nothing`);
  }
  if (options.bytes > LIMITS.templateBytes) {
    find('Resources', `are a template of ${options.bytes} bytes; it would have ${LIMITS.templateBytes} at most`);
  }
}

// --- (5) IAM --------------------------------------------------------------------------------------------------------------

/** Every policy in a resource: [{at, statements}]. */
function policies(value, at = '') {
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => policies(each, `${at}.${index}`));
  }
  if (!isMap(value)) {
    return [];
  }
  const here = Object.hasOwn(value, 'Statement') ? [{ at, statements: list(value.Statement) }] : [];
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
      find(id, `has ${at}.Action: ${shown(action)}, which is no action; it would be as dynamodb:GetItem`);
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
    if (!isNode && resources[document]?.Type !== 'AWS::SSM::Document') {
      find(id, `allows ssm:SendCommand on ${text} (${at}); it would be on a document of this template or on tagged nodes`);
    }
    // Documents carry no such tag: within one statement the condition would refuse them all.
    if (document !== undefined && statement.Condition !== undefined) {
      find(id, `allows ssm:SendCommand of ${document} under a condition (${at}); documents would have a statement of their own, without one`);
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

/** [action, resource, condition] that a role allows, without the nodes and documents, of which checkSendCommand sees to the resource. */
function allowances(role) {
  return list(role.Properties?.Policies).flatMap((policy) => list(policy?.PolicyDocument?.Statement))
    .filter((statement) => statement.Effect === 'Allow').flatMap((statement) => list(statement.Action).flatMap(
      (action) => list(statement.Resource).map((resource) => [action, resource, statement.Condition])));
}

/** Which actions of a function's the declarations lead to. */
function allowed(context, id, name) {
  if (Object.hasOwn(UNDECLARED, id)) {
    return UNDECLARED[id].actions;
  }
  const { touches } = context.options;
  if (touches === undefined) {
    return [...EVERY_CALL, ...Object.values(TOUCHES).flat()];
  }
  const own = name === RUNS_ALL ? Object.values(touches).flat() : touches[name] ?? [];
  return [...new Set([...EVERY_CALL, ...own.flatMap((touch) => TOUCHES[touch] ?? [])])];
}

/** Whether the function may write to all of the table; any may as long as nobody says what it touches. */
function writes(context, id, name) {
  const { touches } = context.options;
  return Object.hasOwn(UNDECLARED, id) ? UNDECLARED[id].writes === true
    : touches === undefined || name === RUNS_ALL || list(touches[name]).includes('TRANSACT');
}

function checkRole(context, id, resource, roleId, logId) {
  const { find, resources, options } = context;
  const may = allowed(context, id, nameOf(resource));
  const mayWrite = writes(context, id, nameOf(resource));
  const has = new Set();
  for (const [action, on, condition] of allowances(resources[roleId])) {
    has.add(action);
    if (String(action).startsWith('logs:')) {
      if (!['logs:CreateLogStream', 'logs:PutLogEvents'].includes(action) || arnOf(on) !== logId) {
        find(roleId, `allows ${action} on ${resourceText(on)}; it would be logs:CreateLogStream and logs:PutLogEvents on !GetAtt ${logId}.Arn`);
      }
    } else if (!may.includes(action)) {
      find(roleId, `allows ${action}, which ${id} does not declare; it would allow no more than ${may.join(', ')}`);
    } else if (String(action).startsWith('dynamodb:') && resources[arnOf(on)]?.Type !== 'AWS::DynamoDB::Table') {
      find(roleId, `allows ${action} on ${resourceText(on)}; it would be on !GetAtt Table.Arn`);
    } else if (/:(Put|Update)Item$/.test(action) && !mayWrite && !same(condition, KEYS_CONDITION)) {
      find(roleId, `allows ${action} on other items, and ${id} declares no TRANSACT; it would be on the keys ${KEYS.join(', ')} alone`);
    }
  }
  const exact = options.touches !== undefined || Object.hasOwn(UNDECLARED, id);
  const needed = ['logs:CreateLogStream', 'logs:PutLogEvents', ...(exact ? may : EVERY_CALL)];
  const missing = needed.filter((action) => !has.has(action));
  if (missing.length) {
    find(roleId, `does not allow ${missing.join(', ')}, which ${id} needs`);
  }
}

// --- (6) functions and the API ---------------------------------------------------------------------------------------------

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
    const role = arnOf(properties.Role);
    const hasRole = resources[role]?.Type === 'AWS::IAM::Role';
    if (hasRole) {
      take(role, 'role', id);
    } else {
      find(id, `has no role of its own; it would have Role: !GetAtt ${id}Role.Arn`);
    }
    const log = refOf(properties.LoggingConfig?.LogGroup);
    const hasLog = resources[log]?.Type === 'AWS::Logs::LogGroup';
    if (hasLog) {
      take(log, 'log group', id);
    } else {
      find(id, `has no log group of this template; it would have LoggingConfig: { LogGroup: !Ref ${id}Log } and that log group`);
    }
    if (hasRole) {
      checkRole(context, id, resource, role, log);
    }
    const name = nameOf(resource);
    if (Object.hasOwn(UNDECLARED, id) ? name !== undefined : typeof name !== 'string') {
      find(id, `has LATCHKEY_FUNCTIONS: ${shown(name)}; ${name === undefined ? 'it would name one function' : 'it would name none'}`);
    } else if (name !== undefined && options.touches !== undefined && !Object.hasOwn(options.touches, name)) {
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
  for (const [name, integration] of Object.entries(integrations)) {
    const expected = { type: 'aws_proxy', httpMethod: 'POST', payloadFormatVersion: '2.0' };
    for (const [key, value] of Object.entries(expected)) {
      if (integration?.[key] !== value) {
        find(apiId, `has the integration ${name} with ${key}: ${shown(integration?.[key])}; it would be ${shown(value)}`);
      }
    }
    const target = /^arn:\$\{AWS::Partition\}:apigateway:\$\{AWS::Region\}:lambda:path\/2015-03-31\/functions\/\$\{(\w+)\.Arn\}\/invocations$/
      .exec(subText(integration?.uri) ?? '')?.[1];
    if (resources[target]?.Type !== 'AWS::Serverless::Function') {
      find(apiId, `has the integration ${name} to ${shown(integration?.uri)}, which is no function of this template`);
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
      find(apiId, `has the route ${path} to ${shown(reference)}, which is no integration of its own; it would be "${prefix}…"`);
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
    const form = /^(\/\{session\})?\/(json|xml)-api\/([a-z0-9_]+)$/.exec(path);
    if (!form) {
      find(apiId, `has the route ${path}; it would be of the form /json-api/NAME`);
      continue;
    }
    if (nameOf(resources[target] ?? {}) !== form[3]) {
      find(apiId, `leads ${path} to ${target}, which runs ${nameOf(resources[target] ?? {})}`);
    }
    const parameters = [...list(operation.parameters), ...list(body.paths[path].parameters)];
    if (form[1] && !parameters.some((one) => one.name === 'session' && one.in === 'path' && one.required === true)) {
      find(apiId, `has the route ${path} without its parameter; it would have parameters: [{ name: session, in: path, required: true, … }]`);
    }
    forms.set(form[3], [...(forms.get(form[3]) ?? []), path]);
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
    const own = permissions.filter((one) => refOf(one.FunctionName) === id || arnOf(one.FunctionName) === id);
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
    for (const format of name === undefined ? [] : ['json', 'xml']) {
      for (const path of [`/${format}-api/${name}`, `/{session}/${format}-api/${name}`]) {
        if (!forms.get(name)?.includes(path)) {
          find(apiId, `has no route ${path}; each function would have all four forms`);
        }
      }
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
          JSON.parse(text);
        } catch (e) {
          find(id, `sends no JSON: ${e.message}`);
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

// --- (7) documents ----------------------------------------------------------------------------------------------------------

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
    // A changed text is another document unless versions are made, and CloudFormation replaces nothing that has a fixed name.
    if (Name !== undefined && UpdateMethod !== 'NewVersion') {
      find(id, 'has a Name and UpdateMethod: Replace, so that its text can never be updated; it would have no Name, or UpdateMethod: NewVersion');
    }
    let content;
    try {
      content = JSON.parse(Content);
    } catch (e) {
      find(id, `has a Content that is no JSON: ${e.message}`);
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
      find(id, `uses {{ ${name} }}, which is no parameter of it`);
    }
  }
}

// --- (8) the table -----------------------------------------------------------------------------------------------------------

function checkTable(context) {
  const { find, resources } = context;
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
    const keys = uses(properties.SSESpecification).map((use) => use.name).filter((name) => resources[name]?.Type === 'AWS::KMS::Key');
    keys.forEach((key) => checkKey(find, id, key, resources[key]));
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
  for (const [id, alarm] of ofType(context, 'AWS::CloudWatch::Alarm')) {
    const properties = alarm.Properties ?? {};
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
        find(id, `watches ${Namespace} ${MetricName}, which is no metric; there are ${[...new Set([...spec().lookup('metric',
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

// --- (9) cfn-guard --------------------------------------------------------------------------------------------------------------

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
  const findings = check(template, { touches, bytes: Buffer.byteLength(text) });
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
