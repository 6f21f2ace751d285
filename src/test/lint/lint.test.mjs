// The template as it is has no finding, and each fault that somebody could make in it has its own.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check, guard, parse, ROOT } from './lint.mjs';

const FILE = join(ROOT, 'sam-template.yaml');
const LINT = fileURLToPath(new URL('lint.mjs', import.meta.url));
const text = readFileSync(FILE, 'utf8');
const template = parse(text);
const folder = mkdtempSync(join(tmpdir(), 'latchkey-lint-'));
after(() => rmSync(folder, { recursive: true }));

const statements = (resources, role) => resources[role].Properties.Policies[0].PolicyDocument.Statement;
const body = (resources) => resources.Api.Properties.DefinitionBody;
const integration = (name) => ({ $ref: `#/components/x-amazon-apigateway-integrations/${name}` });

/** A copy of the template with a fault in it. */
function planted(fault) {
  const copy = structuredClone(template);
  fault(copy.Resources, copy);
  return copy;
}

/** Holds that a fault has just these findings. */
function finds(name, fault, expected, options) {
  test(name, () => {
    const found = check(planted(fault), options).map(({ resource, message }) => `${resource}: ${message}`);
    for (const pattern of expected) {
      assert.ok(found.some((one) => pattern.test(one)), `${pattern} in\n${found.join('\n')}`);
    }
    assert.deepEqual(found.filter((one) => !expected.some((pattern) => pattern.test(one))), []);
  });
}

/** Declarations that fit the template, whether or not the real ones are there. */
function touches() {
  const file = join(ROOT, 'infra/functions.json');
  if (existsSync(file)) {
    const { 'x-generated': generator, ...declared } = JSON.parse(readFileSync(file, 'utf8'));
    return declared;
  }
  const signs = { QUERY: 'dynamodb:Query', TRANSACT: 'dynamodb:DeleteItem', RUN_COMMAND: 'ssm:SendCommand' };
  return Object.fromEntries(Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
    const name = Properties?.Environment?.Variables?.LATCHKEY_FUNCTIONS;
    const actions = Type === 'AWS::Serverless::Function' && name
      && statements(template.Resources, `${id}Role`).flatMap((one) => one.Action);
    return actions ? [[name, Object.keys(signs).filter((touch) => actions.includes(signs[touch]))]] : [];
  }));
}

/** One more function, with all that belongs to it. */
function copyOfVersion(resources, number) {
  for (const suffix of ['', 'Role', 'Log', 'Permission']) {
    const copied = JSON.stringify(resources[`Version${suffix}`])
      .replace(/\bVersion(Role|Log|Permission|\b)/g, `Version${number}$1`).replace('"version"', `"version_${number}"`);
    resources[`Version${number}${suffix}`] = JSON.parse(copied);
  }
  const { paths, components } = body(resources);
  for (const [path, methods] of Object.entries(paths).filter(([each]) => each.endsWith('/version'))) {
    paths[`${path}_${number}`] = JSON.parse(JSON.stringify(methods).replace('integrations/Version', `integrations/Version${number}`));
  }
  const integrations = components['x-amazon-apigateway-integrations'];
  integrations[`Version${number}`] = JSON.parse(JSON.stringify(integrations.Version).replace('${Version.Arn}', `\${Version${number}.Arn}`));
}

function growTo(resources, functions) {
  let number = 1;
  while (Object.values(resources).filter((one) => one.Properties?.Environment?.Variables?.LATCHKEY_FUNCTIONS).length < functions) {
    copyOfVersion(resources, number++);
  }
}

describe('the committed template', () => {
  test('has no finding, and the program says so', () => {
    const run = spawnSync(process.execPath, [LINT], { encoding: 'utf8' });
    assert.equal(run.stdout, '');
    assert.equal(run.status, 0, run.stderr);
  });
  finds('has none in a copy', () => {}, []);
  finds('has none beside its declarations', () => {}, [], { touches: touches() });
});

describe('the program', () => {
  test('prints one line a finding and ends with 1', () => {
    const file = join(folder, 'faulty.json');
    writeFileSync(file, JSON.stringify(planted((resources) => delete resources.VersionLog.Properties.RetentionInDays)));
    const run = spawnSync(process.execPath, [LINT, file], { encoding: 'utf8' });
    const lines = run.stdout.trim().split('\n');
    assert.equal(lines[0], `${file}:VersionLog: keeps what it has forever; it would have RetentionInDays: !Ref LogRetentionDays`);
    assert.equal(lines.length, guard(file) === undefined ? 1 : 2);
    assert.equal(run.status, 1);
  });
  test('says where the text is no YAML', () => {
    const file = join(folder, 'no.yaml');
    writeFileSync(file, 'Resources:\n  A:\n    Type: B\n   C: D\n');
    const run = spawnSync(process.execPath, [LINT, file], { encoding: 'utf8' });
    assert.match(run.stdout, /no\.yaml:line 4: is no YAML: /);
    assert.equal(run.status, 1);
  });
  test('knows that a name is given twice', () => {
    assert.throws(() => parse('Resources:\n  A: {}\n  A: {}\n'), /duplicated mapping key/);
  });
  test('refuses declarations that are not there', () => {
    assert.equal(spawnSync(process.execPath, [LINT, FILE, join(folder, 'none.json')]).status, 2);
  });
});

describe('the specification', () => {
  finds('an unknown type', (resources) => { resources.AccessLog.Type = 'AWS::Logs::LogGruop'; },
    [/^AccessLog: is of the unknown type AWS::Logs::LogGruop/, /^Api: refers to AccessLog\.Arn/]);
  finds('a misspelled property', ({ Table: { Properties } }) => {
    Properties.BilingMode = Properties.BillingMode;
    delete Properties.BillingMode;
  }, [/^Table: has the unknown property BilingMode; it would be BillingMode$/]);
  finds('a misspelled property deep within', ({ Table: { Properties } }) => {
    Properties.TimeToLiveSpecification.AtributeName = 'ttl';
  }, [/^Table: has the unknown property TimeToLiveSpecification\.AtributeName; it would be AttributeName$/]);
  finds('the name that SAM does not know', ({ Api: { Properties } }) => {
    Properties.AccessLogSetting = Properties.AccessLogSettings;
  }, [/^Api: has the unknown property AccessLogSetting; it would be AccessLogSettings$/]);
  finds('a missing required property', (resources) => delete resources.OrderDocument.Properties.Content,
    [/^OrderDocument: lacks Content, which is required$/, /^OrderDocument: has a Content of other bytes/,
      /^OrderDocument: has a Content that is no JSON/]);
  finds('a missing required property of a list’s element', (resources) => delete resources.ReconcilerSchedule.Properties.Targets[0].Id,
    [/^ReconcilerSchedule: lacks Targets\.0\.Id, which is required$/]);
  finds('what Globals lack', (resources, { Globals }) => delete Globals.Function.CodeUri, [/: lacks CodeUri, which is required$/]);
  finds('text for a number', (resources) => { resources.FaultAlarm.Properties.Threshold = 'five'; },
    [/^FaultAlarm: has Threshold: "five", which would be of type number$/]);
  finds('a number for text', (resources) => { resources.FaultAlarm.Properties.AlarmDescription = 5; },
    [/^FaultAlarm: has AlarmDescription: 5, which would be text$/]);
  finds('text for a boolean', (resources) => { resources.Key.Properties.EnableKeyRotation = 'true'; },
    [/^Key: has EnableKeyRotation: "true", which would be true or false$/]);
  finds('one value for a list', (resources) => { resources.FaultAlarm.Properties.Dimensions = { Name: 'ApiId', Value: 'x' }; },
    [/^FaultAlarm: has Dimensions: .*, which would be a list$/]);
  finds('a value that is not allowed', (resources) => { resources.AccessLog.Properties.RetentionInDays = 91; },
    [/^AccessLog: has RetentionInDays: 91, which would be one of 1, 3, 5/]);
  finds('a parameter whose value is not allowed', (resources, { Parameters }) => Parameters.LogRetentionDays.AllowedValues.push(91),
    [/: has RetentionInDays: Ref LogRetentionDays, whose 91 is none of 1, 3, 5/]);
  finds('a parameter of text for a number', (resources) => { resources.AccessLog.Properties.RetentionInDays = { Ref: 'HostName' }; },
    [/^AccessLog: has RetentionInDays: Ref "HostName", which gives a parameter of type String and would give integer$/]);
  finds('a default that its own pattern refuses', (resources, { Parameters }) => { Parameters.Runtime.Default = 'java8'; },
    [/^Runtime: has the default java8, which is none of provided\.al2023, java21$/]);
  finds('what YAML 1.1 reads as a boolean', (resources) => {
    resources.FaultAlarm.Properties.ActionsEnabled = parse('a: yes').a;
  }, [/^FaultAlarm: has ActionsEnabled: .*/]);
});

describe('references', () => {
  finds('an unknown !Ref', (resources) => { resources.TableReference = { ...resources.VersionLog,
    Properties: { RetentionInDays: { Ref: 'LogRetentionDay' } } }; },
  [/^TableReference: refers to LogRetentionDay \(Ref\), which is no parameter and no resource; it would be LogRetentionDays$/,
    /^TableReference: is used by nothing/]);
  finds('an unknown name in !Sub', (resources) => { resources.Key.Properties.Description = { 'Fn::Sub': '${Nothing} of ${AWS::StackName}' }; },
    [/^Key: refers to Nothing \(Sub\), which is no parameter and no resource/]);
  finds('an unknown pseudo parameter', (resources) => { resources.Key.Properties.Description = { 'Fn::Sub': '${AWS::Stack}' }; },
    [/^Key: refers to the unknown AWS::Stack; there are AWS::AccountId/]);
  finds('an unknown attribute', (resources) => { resources.FaultAlarm.Properties.AlarmDescription = { 'Fn::GetAtt': ['Table', 'Name'] }; },
    [/^FaultAlarm: refers to Table\.Name, which AWS::DynamoDB::Table has not; it has Arn, /]);
  finds('an unknown condition', (resources) => { resources.Key.Properties.Description = { 'Fn::If': ['HasKeys', 'a', 'b'] }; },
    [/^Key: asks for the unknown condition HasKeys/]);
  finds('an unknown mapping', (resources) => { resources.Key.Properties.Description = { 'Fn::FindInMap': ['Map', 'a', 'b'] }; },
    [/^Key: asks for "Map", "a", "b", which no mapping has$/]);
  finds('what is there only sometimes', (resources) => { resources.FaultAlarm.Properties.AlarmDescription = { Ref: 'Key' }; },
    [/^FaultAlarm: refers to Key, which is there only if HasKey; it would do so within !If \[HasKey, …\]$/]);
  finds('an unknown dependency', (resources) => { resources.FaultAlarm.DependsOn = 'Nothing'; },
    [/^FaultAlarm: depends on Nothing, which is no resource$/]);
  finds('an unknown name in an output', (resources, { Outputs }) => { Outputs.Url.Value = { Ref: 'Apis' }; },
    [/^Url: refers to Apis \(Ref\), which is no parameter and no resource; it would be Api$/]);
  finds('a cycle', (resources) => { resources.VersionLog.DependsOn = ['Version']; },
    [/: depends on itself: (?=.*Version → )(?=.*VersionLog → ).*; one of these would not name the next$/]);
  finds('a cycle over Globals', (resources) => { resources.Table.DependsOn = 'Api'; },
    [/: depends on itself: .*(Table → Api|Api → .*Table).*/]);
});

describe('counts', () => {
  finds('69 functions fit', (resources) => growTo(resources, 69), []);
  finds('70 functions have too many routes', (resources) => growTo(resources, 70),
    [/^Api: has 281 routes with 70 functions; it would have 280 at most$/]);
  finds('a fifth form of each route is too many at 60', (resources) => {
    for (const [path, methods] of Object.entries(body(resources).paths).filter(([each]) => each.startsWith('/json-api/'))) {
      body(resources).paths[`/v1${path}`] = methods;
    }
  }, [/^Api: has 301 routes with 60 functions; it would have 280 at most$/, /^Api: has the route \/v1\/json-api\/.*; it would be of the form/]);
  finds('eight resources a function are too many at 60', (resources) => {
    for (const id of Object.keys(resources).filter((each) => resources[each].Properties?.Environment?.Variables?.LATCHKEY_FUNCTIONS)) {
      for (const more of ['A', 'B', 'C', 'D']) {
        resources[`${id}Rule${more}`] = { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 day)' } };
      }
    }
  }, [/^Resources: are 5\d\d with 60 functions; they would be 450 at most$/]);
  finds('an 11th alarm', (resources) => {
    for (let number = 1; Object.values(resources).filter((one) => one.Type === 'AWS::CloudWatch::Alarm').length < 11; number++) {
      resources[`FaultAlarm${number}`] = resources.FaultAlarm;
    }
  }, [/^Resources: have 11 alarms; they would be 10 at most/]);
  finds('a template that is too long', () => {}, [/^Resources: are a template of 2000000 bytes/], { bytes: 2_000_000 });
});

describe('IAM', () => {
  const condition = 'ssm:resourceTag/Latchkey';
  const sends = (resources) => statements(resources, 'AuthorizesshkeyRole').filter((one) => one.Action === 'ssm:SendCommand');
  finds('a wildcard action', (resources) => { statements(resources, 'VersionRole')[1].Action = 'dynamodb:*'; },
    [/^VersionRole: allows the wildcard action dynamodb:\* \(.*\); it would list the actions$/,
      /^VersionRole: allows dynamodb:\*, which Version does not declare/, /^VersionRole: does not allow dynamodb:GetItem/]);
  finds('a wildcard resource', (resources) => { statements(resources, 'VersionRole')[1].Resource = '*'; },
    [/^VersionRole: allows dynamodb:\w+ on the wildcard resource \* \(/, /^VersionRole: allows dynamodb:\w+ on \*; it would be on !GetAtt Table\.Arn$/]);
  finds('every action but some', (resources) => {
    statements(resources, 'VersionRole').push({ Effect: 'Allow', NotAction: 'iam:*', Resource: { 'Fn::GetAtt': ['Table', 'Arn'] } });
  }, [/^VersionRole: has .*NotAction, which allows what nobody listed/, /^VersionRole: has .* without Action/]);
  finds('a role that anybody takes', ({ VersionRole: { Properties } }) => {
    Properties.AssumeRolePolicyDocument.Statement[0].Principal = { AWS: '*' };
  }, [/^VersionRole: has .*Principal "\*"/, /^VersionRole: lets others than Lambda take it/]);
  finds('a managed policy', ({ VersionRole: { Properties } }) => { Properties.ManagedPolicyArns = ['arn:aws:iam::aws:policy/ReadOnlyAccess']; },
    [/^VersionRole: has ManagedPolicyArns/]);
  finds('SendCommand without the tag condition', (resources) => delete sends(resources)[1].Condition,
    [/^AuthorizesshkeyRole: allows ssm:SendCommand to nodes without the tag condition \(.*\); it would have Condition: .*Latchkey/]);
  finds('SendCommand with the tag of another stack', (resources) => { sends(resources)[1].Condition.StringEquals[condition] = 'other'; },
    [/^AuthorizesshkeyRole: allows ssm:SendCommand to nodes without the tag condition/]);
  finds('SendCommand of any document', (resources) => { sends(resources)[0].Resource = ['arn:aws:ssm:*:*:document/*']; },
    [/^AuthorizesshkeyRole: allows ssm:SendCommand on the wildcard resource/,
      /^AuthorizesshkeyRole: allows ssm:SendCommand on arn:.*; it would be on a document of this template or on tagged nodes$/]);
  finds('SendCommand of a document of Amazon’s', (resources) => {
    sends(resources)[0].Resource = [{ 'Fn::Sub': 'arn:${AWS::Partition}:ssm:${AWS::Region}::document/AWS-RunShellScript' }];
  }, [/^AuthorizesshkeyRole: allows ssm:SendCommand on arn:.*AWS-RunShellScript .*; it would be on a document of this template/]);
  finds('another table', (resources) => { statements(resources, 'VersionRole')[1].Resource = 'arn:aws:dynamodb:x:1:table/other'; },
    [/^VersionRole: allows dynamodb:\w+ on arn:aws:dynamodb:x:1:table\/other; it would be on !GetAtt Table\.Arn$/]);
  const writing = (resources, role) => statements(resources, role).find(({ Action }) => Action.includes('dynamodb:PutItem'));
  finds('a write to any item', (resources) => { delete writing(resources, 'VersionRole').Condition; },
    [/^VersionRole: allows dynamodb:(Put|Update)Item on other items, and Version declares no TRANSACT; it would be on the keys M#\*, U#\* alone$/],
    { touches: touches() });
  finds('writes to other items', (resources) => {
    writing(resources, 'UnknownFunctionRole').Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys'].push('S#*');
  }, [/^UnknownFunctionRole: allows dynamodb:(Put|Update)Item on other items/]);
  finds('another’s log group', (resources) => { statements(resources, 'VersionRole')[0].Resource = { 'Fn::GetAtt': ['ApplistLog', 'Arn'] }; },
    [/^VersionRole: allows logs:\w+ on !GetAtt ApplistLog\.Arn; it would be .* on !GetAtt VersionLog\.Arn$/]);
  finds('a service that nothing declares', (resources) => {
    statements(resources, 'VersionRole').push({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/key' });
  }, [/^VersionRole: allows s3:GetObject, which Version does not declare/]);
  finds('more than is declared', (resources) => statements(resources, 'VersionRole').push(...statements(resources, 'AuthorizesshkeyRole').slice(2)),
    [/^VersionRole: allows ssm:SendCommand, which Version does not declare/, /^VersionRole: allows ssm:GetCommandInvocation, which/],
    { touches: { ...touches(), version: [] } });
  finds('less than is declared', () => {}, [/^VersionRole: does not allow .*ssm:SendCommand.*, which Version needs$/],
    { touches: { ...touches(), version: ['RUN_COMMAND'] } });
  finds('a function that is not declared, and one that is not there', () => {},
    [/^Version: runs version, which no declaration has/, /^Resources: have no function for versions, which is declared$/],
    { touches: Object.fromEntries(Object.entries(touches()).map(([name, each]) => [name.replace(/^version$/, 'versions'), each])) });
  finds('more for an internal function', (resources) => {
    statements(resources, 'BootstrapRole')[1].Action.push('dynamodb:DeleteItem');
  }, [/^BootstrapRole: allows dynamodb:DeleteItem, which Bootstrap does not declare/]);
  finds('a key that the functions’ roles may not use', ({ Key: { Properties } }) => { Properties.KeyPolicy.Statement.length = 1; },
    [/^Key: does not serve the functions’ roles/]);
  finds('a key that other accounts may use', ({ Key: { Properties } }) => { delete Properties.KeyPolicy.Statement[1].Condition; },
    [/^Key: has .*Principal "\*"; it would name who$/, /^Key: does not serve the functions’ roles/]);
  finds('a key that one user may use', ({ Key: { Properties } }) => {
    Properties.KeyPolicy.Statement[0].Principal = { AWS: 'arn:aws:iam::1:user/one' };
  }, [/^Key: has .*Principal: .*user\/one"\}; it would be the account/]);
  finds('a policy beside the roles', (resources) => {
    resources.More = { Type: 'AWS::IAM::RolePolicy', Properties: { PolicyName: 'more', RoleName: { Ref: 'VersionRole' } } };
  }, [/^More: is an AWS::IAM::RolePolicy, which nothing here holds against a declaration; the statements would be in the function’s role$/]);
  finds('a way in beside the API', ({ Version: { Properties } }) => {
    Properties.FunctionUrlConfig = { AuthType: 'NONE' };
    Properties.Events = { Any: { Type: 'HttpApi' } };
  }, [/^Version: has FunctionUrlConfig, another way in than the API; it would have none$/, /^Version: has Events, another way in/,
    /^Version: (lacks|has) .*Events/]);
});

describe('functions', () => {
  finds('a missing log group', (resources) => delete resources.VersionLog,
    [/^Version: has no log group of this template; it would have LoggingConfig: \{ LogGroup: !Ref VersionLog \}/,
      /^Version: refers to VersionLog \(Ref\), which is no parameter and no resource/, /^VersionRole: refers to VersionLog\.Arn \(GetAtt\), which/]);
  finds('no log group', ({ Version: { Properties } }) => delete Properties.LoggingConfig,
    [/^Version: has no log group of this template/, /^VersionLog: is used by nothing/, /^VersionRole: allows logs:/]);
  finds('a log group without retention', ({ VersionLog: { Properties } }) => delete Properties.RetentionInDays,
    [/^VersionLog: keeps what it has forever; it would have RetentionInDays: !Ref LogRetentionDays$/]);
  finds('a function without role', ({ Version: { Properties } }) => delete Properties.Role,
    [/^Version: has no role of its own; it would have Role: !GetAtt VersionRole\.Arn$/, /^VersionRole: is used by nothing/]);
  finds('a role shared by two functions', ({ Version: { Properties }, Applist }) => { Properties.Role = Applist.Properties.Role; },
    [/^Version: has the role ApplistRole, which is that of Applist too; it would have one of its own$/, /^VersionRole: is used by nothing/,
      /^ApplistRole: (allows|does not allow) logs:/]);
  finds('policies that SAM ignores', ({ Version: { Properties } }) => { Properties.Policies = ['AWSLambdaExecute']; },
    [/^Version: has Policies, which SAM ignores beside a Role/]);
  finds('a function that names none', ({ Version: { Properties } }) => delete Properties.Environment,
    [/^Version: has LATCHKEY_FUNCTIONS: nothing; it would name one function$/, /^Api: leads \/.*\/version to Version, which runs undefined$/]);
  finds('no permission', (resources) => delete resources.VersionPermission, [/^Version: has not one permission for exactly this API/]);
  finds('a permission for every API', ({ VersionPermission: { Properties } }) => {
    Properties.SourceArn = { 'Fn::Sub': 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:*' };
  }, [/^Version: has not one permission for exactly this API; it would have SourceArn: !Sub ".*\$\{Api\}\/\*"$/]);
  finds('an internal function with a permission for the API', (resources) => {
    resources.BootstrapPermission = structuredClone(resources.VersionPermission);
    resources.BootstrapPermission.Properties.FunctionName = { Ref: 'Bootstrap' };
  }, [/^Bootstrap: is internal and can be reached from the API/]);
  finds('a rule without its permission', (resources) => delete resources.ReconcilerSchedulePermission,
    [/^ReconcilerSchedule: may not invoke Reconciler/]);
});

describe('the API', () => {
  finds('a missing route form', (resources) => delete body(resources).paths['/{session}/xml-api/version'],
    [/^Api: has no route \/\{session\}\/xml-api\/version; each function would have all four forms$/]);
  finds('a route to another function', (resources) => {
    body(resources).paths['/json-api/version']['x-amazon-apigateway-any-method']['x-amazon-apigateway-integration'] = integration('Applist');
  }, [/^Api: leads \/json-api\/version to Applist, which runs applist$/]);
  finds('a route to nothing', (resources) => {
    body(resources).paths['/json-api/version']['x-amazon-apigateway-any-method']['x-amazon-apigateway-integration'] = integration('None');
  }, [/^Api: has the route \/json-api\/version to .*None", which is no integration/, /^Api: has no route \/json-api\/version/]);
  finds('a route that has lost its integration', (resources) => {
    body(resources).paths['/json-api/version']['x-amazon-apigateway-any-method'] = null;
  }, [/^Api: has the route \/json-api\/version to nothing, which is no integration/, /^Api: has no route \/json-api\/version/]);
  finds('a session that is no parameter', (resources) => {
    delete body(resources).paths['/{session}/json-api/version']['x-amazon-apigateway-any-method'].parameters;
    delete body(resources).paths['/{session}/json-api/version'].parameters;
  }, [/^Api: has the route \/\{session\}\/json-api\/version without its parameter/]);
  finds('an integration that nothing uses', (resources) => {
    const integrations = body(resources).components['x-amazon-apigateway-integrations'];
    integrations.Spare = integrations.Version;
  }, [/^Api: has the integration Spare, which no route uses$/]);
  finds('an integration of the other format', (resources) => {
    body(resources).components['x-amazon-apigateway-integrations'].Version.payloadFormatVersion = '1.0';
  }, [/^Api: has the integration Version with payloadFormatVersion: "1\.0"; it would be "2\.0"$/]);
  finds('no default route', (resources) => delete body(resources).paths['/$default'],
    [/^Api: has no route \/\$default/, /^Api: has the integration UnknownFunction, which no route uses$/]);
  finds('a route to an internal function', (resources) => {
    const integrations = body(resources).components['x-amazon-apigateway-integrations'];
    integrations.Bootstrap = JSON.parse(JSON.stringify(integrations.Version).replace('${Version.Arn}', '${Bootstrap.Arn}'));
    body(resources).paths['/json-api/bootstrap'] = { 'x-amazon-apigateway-any-method': { 'x-amazon-apigateway-integration': integration('Bootstrap') } };
  }, [/^Bootstrap: is internal and can be reached from the API/, /^Api: leads \/json-api\/bootstrap to Bootstrap, which runs undefined$/]);
});

describe('documents', () => {
  const altered = (change) => ({ OrderDocument: { Properties } }) => {
    const content = JSON.parse(Properties.Content);
    change(content);
    Properties.Content = JSON.stringify(content, null, 2);
  };
  const bytes = /^OrderDocument: has a Content of other bytes than infra\/ssm\/Latchkey-Order\.json; it would be them, as text$/;
  finds('a changed document', ({ OrderDocument: { Properties } }) => { Properties.Content += '\n'; }, [bytes]);
  finds('a document as a map', ({ OrderDocument: { Properties } }) => { Properties.Content = JSON.parse(Properties.Content); },
    [bytes, /^OrderDocument: has a Content that is no JSON/]);
  finds('another schema', altered((content) => { content.schemaVersion = '1.2'; }),
    [bytes, /^OrderDocument: is of the schema "1\.2"; it would be "2\.2"$/]);
  finds('a parameter as text', altered(({ parameters }) => delete parameters.payload.interpolationType),
    [bytes, /^OrderDocument: has the parameter payload that is put into the script as text/]);
  finds('a pattern without an end', altered(({ parameters }) => { parameters.payload.allowedPattern = '^[a-z]+'; }),
    [bytes, /^OrderDocument: has the parameter payload with allowedPattern "\^\[a-z\]\+"; it would be anchored: \^…\$$/]);
  finds('a parameter that is not there', altered(({ parameters }) => delete parameters.agentHash),
    [bytes, /^OrderDocument: uses \{\{ agentHash \}\}, which is no parameter of it$/]);
  finds('a name that forbids every update', ({ OrderDocument: { Properties } }) => {
    Properties.Name = 'order';
    delete Properties.UpdateMethod;
  }, [/^OrderDocument: has a Name and UpdateMethod: Replace, so that its text can never be updated/]);
});

describe('the table', () => {
  finds('without PITR', ({ Table: { Properties } }) => delete Properties.PointInTimeRecoverySpecification,
    [/^Table: would have PointInTimeRecoverySpecification: \{ PointInTimeRecoveryEnabled: true \}, and has not$/]);
  finds('with PITR off', ({ Table: { Properties } }) => { Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled = false; },
    [/^Table: would have PointInTimeRecoverySpecification/]);
  finds('without TTL', ({ Table: { Properties } }) => delete Properties.TimeToLiveSpecification, [/^Table: would have TimeToLiveSpecification/]);
  finds('without deletion protection', ({ Table: { Properties } }) => delete Properties.DeletionProtectionEnabled,
    [/^Table: would have DeletionProtectionEnabled: true/]);
  finds('that goes with the stack', ({ Table }) => delete Table.DeletionPolicy, [/^Table: would have DeletionPolicy: Retain/]);
  finds('that goes with a replacement', ({ Table }) => { Table.UpdateReplacePolicy = 'Delete'; }, [/^Table: would have UpdateReplacePolicy: Retain/]);
  finds('with an attribute too many', ({ Table: { Properties } }) => Properties.AttributeDefinitions.push({ AttributeName: 'x', AttributeType: 'S' }),
    [/^Table: defines the attributes pk, sk, x; it would define those of its keys, pk, sk$/]);
});

describe('alarms', () => {
  finds('a metric that nobody sends', ({ FaultAlarm: { Properties } }) => { Properties.MetricName = '5XX'; },
    [/^FaultAlarm: watches AWS\/ApiGateway 5XX, which is no metric/]);
  finds('dimensions by which it is not sent', ({ FaultAlarm: { Properties } }) => {
    Properties.Dimensions = [{ Name: 'Api', Value: { Ref: 'Api' } }];
  }, [/^FaultAlarm: watches 5xx by Api, by which it is not sent; it is by ApiId/]);
  finds('a period that CloudWatch does not have', ({ FaultAlarm: { Properties } }) => { Properties.Period = 90; },
    [/^FaultAlarm: has Period: 90; it would be a multiple of 60$/]);
});

describe('cfn-guard', { skip: process.platform !== 'linux' || process.arch !== 'x64' ? 'no program for this machine' : false }, () => {
  const guards = (name, fault, expected) => test(name, () => {
    const file = join(folder, 'guarded.json');
    writeFileSync(file, JSON.stringify(planted(fault)));
    assert.deepEqual(guard(file).map(({ resource, message }) => `${resource}: ${message}`), expected);
  });
  guards('the template', () => {}, []);
  guards('a wildcard action', (resources) => { statements(resources, 'VersionRole')[1].Action = 'dynamodb:*'; },
    ['VersionRole: roles_have_no_wildcards (cfn-guard): would list its actions']);
  guards('a wildcard among actions', (resources) => { statements(resources, 'VersionRole')[1].Action[1] = '*'; },
    ['VersionRole: roles_have_no_wildcards (cfn-guard): would list its actions']);
  guards('a wildcard resource', (resources) => { statements(resources, 'VersionRole')[1].Resource = '*'; },
    ['VersionRole: roles_have_no_wildcards (cfn-guard): would name its resources']);
  guards('a wildcard among resources', (resources) => {
    statements(resources, 'VersionRole')[1].Resource = [{ 'Fn::GetAtt': ['Table', 'Arn'] }, '*'];
  }, ['VersionRole: roles_have_no_wildcards (cfn-guard): would name its resources']);
  guards('a function without role and log group', ({ Version: { Properties } }) => {
    delete Properties.Role;
    delete Properties.LoggingConfig;
  }, ['Version: functions_have_a_role_and_a_log_group (cfn-guard): would have a Role of its own',
    'Version: functions_have_a_role_and_a_log_group (cfn-guard): would have LoggingConfig with a LogGroup']);
  guards('a log group without retention', ({ VersionLog }) => delete VersionLog.Properties,
    ['VersionLog: logs_expire (cfn-guard): would have RetentionInDays']);
  guards('a table without PITR', ({ Table: { Properties } }) => delete Properties.PointInTimeRecoverySpecification,
    ['Table: table_is_kept (cfn-guard): would have PointInTimeRecoveryEnabled: true']);
  guards('a table with KMS off', ({ Table: { Properties } }) => { Properties.SSESpecification = { SSEEnabled: false }; },
    ['Table: table_is_encrypted (cfn-guard): would not switch encryption with KMS off']);
  guards('a key that is never rotated', ({ Key: { Properties } }) => delete Properties.EnableKeyRotation,
    ['Key: key_is_kept_and_rotated (cfn-guard): would have EnableKeyRotation: true']);
  guards('a permission for anyone', ({ VersionPermission: { Properties } }) => {
    Properties.Principal = '*';
    delete Properties.SourceArn;
  }, ['VersionPermission: permissions_name_their_source (cfn-guard): would have SourceArn',
    'VersionPermission: permissions_name_their_source (cfn-guard): would name one service']);
});
