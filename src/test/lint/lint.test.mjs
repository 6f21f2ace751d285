// The template as it is has no finding, and each fault that somebody could make in it has its own. What the tools of
// template.py know is tested where they are installed: they read all their faulty documents in one process.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check, guard, parse, ROOT } from './lint.mjs';
import { small as smallOf } from './small.mjs';

const FILE = join(ROOT, 'sam-template.yaml');
const LINT = fileURLToPath(new URL('lint.mjs', import.meta.url));
const TOOLS = fileURLToPath(new URL('template.py', import.meta.url));
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

function touches() {
  const { 'x-generated': generator, ...declared } = JSON.parse(readFileSync(join(ROOT, 'infra/functions.json'), 'utf8'));
  return declared;
}

/** One more function, with all that belongs to it. */
function copyOfApplist(resources, number) {
  for (const suffix of ['', 'Role', 'Permission']) {
    const copied = JSON.stringify(resources[`Applist${suffix}`])
      .replace(/\bApplist(Role|Permission|\b)/g, `Applist${number}$1`).replace('"applist"', `"applist_${number}"`);
    resources[`Applist${number}${suffix}`] = JSON.parse(copied);
  }
  const { paths, components } = body(resources);
  for (const [path, methods] of Object.entries(paths).filter(([each]) => each.endsWith('/applist'))) {
    paths[`${path}_${number}`] = JSON.parse(JSON.stringify(methods).replace('integrations/Applist', `integrations/Applist${number}`));
  }
  const integrations = components['x-amazon-apigateway-integrations'];
  integrations[`Applist${number}`] = JSON.parse(JSON.stringify(integrations.Applist).replace('${Applist.Arn}', `\${Applist${number}.Arn}`));
}

function growTo(resources, functions) {
  let number = 1;
  while (Object.values(resources).filter((one) => one.Properties?.Environment?.Variables?.LATCHKEY_FUNCTIONS).length < functions) {
    copyOfApplist(resources, number++);
  }
}

describe('the committed template', () => {
  finds('has no finding', () => {}, []);
  finds('has none beside its declarations', () => {}, [], { touches: touches() });
});

describe('the program', () => {
  test('prints one line a finding and ends with 1', () => {
    const file = join(folder, 'faulty.json');
    writeFileSync(file, JSON.stringify(planted((resources) => delete resources.CallLog.Properties.RetentionInDays)));
    const run = spawnSync(process.execPath, [LINT, file], { encoding: 'utf8' });
    const lines = run.stdout.trim().split('\n');
    assert.equal(lines[0], `${file}:CallLog: keeps what it has forever; it would have RetentionInDays: !Ref LogRetentionDays`);
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
  test('knows what YAML 1.1 reads as a boolean', () => {
    assert.throws(() => parse('ActionsEnabled: yes'), /yes is a boolean in YAML 1\.1/);
  });
  test('refuses declarations that are not there', () => {
    assert.equal(spawnSync(process.execPath, [LINT, FILE, join(folder, 'none.json')]).status, 2);
  });
});

describe('IAM', () => {
  const condition = 'ssm:resourceTag/Latchkey';
  const sends = (resources) => statements(resources, 'AuthorizesshkeyRole').filter((one) => one.Action === 'ssm:SendCommand');
  finds('a wildcard action', (resources) => { statements(resources, 'VersionRole')[1].Action = 'dynamodb:*'; },
    [/^VersionRole: allows the wildcard action dynamodb:\* \(.*\); it would list the actions$/,
      /^VersionRole: allows dynamodb:\* on (SCHEMA|[UX]#\*), which Version does not declare/, /^VersionRole: does not allow dynamodb:GetItem on SCHEMA, dynamodb:GetItem on U#\*/]);
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
  const writing = (resources, role, action = 'dynamodb:UpdateItem') => statements(resources, role).find(({ Action }) => Action?.includes(action));
  const record = (resources, role) => statements(resources, role).find((one) => one['Fn::If'])['Fn::If'];
  const keys = (statement) => statement.Condition['ForAllValues:StringLike'];
  const denial = (resources) => statements(resources, 'VersionRole').find(({ Effect }) => Effect === 'Deny');
  finds('a write to any item', (resources) => { delete writing(resources, 'VersionRole').Condition; },
    [/^VersionRole: allows dynamodb:UpdateItem on any item, which Version does not declare$/,
      /^VersionRole: does not allow dynamodb:UpdateItem on M#\* .*, dynamodb:UpdateItem on U#\* .*, which Version needs$/]);
  finds('a condition that also holds for no attribute', (resources) => { delete writing(resources, 'VersionRole').Condition.Null['dynamodb:Attributes']; },
    [/^VersionRole: allows dynamodb:UpdateItem on any item/, /^VersionRole: does not allow dynamodb:UpdateItem on M#\*/]);
  finds('an update of privileges', (resources) => keys(writing(resources, 'VersionRole'))['dynamodb:Attributes'].push('acls'),
    [/^VersionRole: allows dynamodb:UpdateItem on (?:[MUX]#\*|OCCURRED) \(.* acls\), which Version does not declare$/, /^VersionRole: does not allow dynamodb:UpdateItem/]);
  finds('records that were not wanted', (resources) => statements(resources, 'VersionRole').push(record(resources, 'VersionRole')[1]),
    [/^VersionRole: allows dynamodb:PutItem on M#\*, which Version does not declare/]);
  finds('records in place of other items', (resources) => keys(record(resources, 'VersionRole')[1])['dynamodb:LeadingKeys'].push('U#*'),
    [/^VersionRole: allows dynamodb:PutItem on U#\*, which Version does not declare/], { touches: touches() });
  finds('writes to other items', (resources) => keys(writing(resources, 'UnknownFunctionRole'))['dynamodb:LeadingKeys'].push('S#*'),
    [/^UnknownFunctionRole: allows dynamodb:UpdateItem on S#\* .*, which UnknownFunction does not declare$/]);
  finds('nothing that is denied', (resources) => {
    const all = statements(resources, 'VersionRole');
    all.splice(all.indexOf(denial(resources)), 1);
  }, [/^VersionRole: does not deny UpdateItem and DeleteItem of audit entries, receipts, seals and closed bills/]);
  finds('less that is denied', (resources) => denial(resources).Action.pop(), [/^VersionRole: does not deny UpdateItem and DeleteItem of audit/]);
  finds('a misspelled action', (resources) => {
    const { Action } = writing(resources, 'BootstrapRole', 'dynamodb:PutItem');
    Action[Action.indexOf('dynamodb:PutItem')] = 'dynamodb:PutItems';
  }, [/^BootstrapRole: allows dynamodb:PutItems on (?:[AHU]#\*|UNSEALED), which Bootstrap does not declare/,
    /^BootstrapRole: does not allow dynamodb:PutItem on A#\*, .*, which Bootstrap needs$/]);
  finds('another’s log group', (resources) => { statements(resources, 'VersionRole')[0].Resource = { 'Fn::GetAtt': ['BootstrapLog', 'Arn'] }; },
    [/^VersionRole: allows logs:\w+ on !GetAtt BootstrapLog\.Arn; it would be .* on !GetAtt CallLog\.Arn$/]);
  finds('a service that nothing declares', (resources) => {
    statements(resources, 'VersionRole').push({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/key' });
  }, [/^VersionRole: allows s3:GetObject, which Version does not declare/]);
  finds('more than is declared', (resources) => statements(resources, 'VersionRole').push(
    ...statements(resources, 'AuthorizesshkeyRole').filter(({ Action }) => String(Action).startsWith('ssm:'))),
    [/^VersionRole: allows ssm:SendCommand, which Version does not declare/, /^VersionRole: allows ssm:GetCommandInvocation, which/],
    { touches: { ...touches(), version: [] } });
  finds('less than is declared', () => {}, [/^VersionRole: does not allow .*ssm:SendCommand.*, which Version needs$/],
    { touches: { ...touches(), version: ['RUN_COMMAND'] } });
  finds('a function that is not declared, and one that is not there', () => {},
    [/^Version: runs version, which no declaration has/, /^Resources: have no function for versions, which is declared$/],
    { touches: Object.fromEntries(Object.entries(touches()).map(([name, each]) => [name.replace(/^version$/, 'versions'), each])) });
  finds('more for an internal function', (resources) => {
    statements(resources, 'BootstrapRole')[1].Action.push('dynamodb:DeleteItem');
  }, [/^BootstrapRole: allows dynamodb:DeleteItem on (SCHEMA|[AU]#\*), which Bootstrap does not declare/]);
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
  }, [/^Version: has FunctionUrlConfig, another way in than the API; it would have none$/, /^Version: has Events, another way in/]);
});

describe('functions', () => {
  finds('a missing log group', (resources) => delete resources.BootstrapLog,
    [/^Bootstrap: does not log to BootstrapLog of this template; it would have LoggingConfig: \{ LogGroup: !Ref BootstrapLog \}/]);
  finds('no log group', ({ Version: { Properties } }) => delete Properties.LoggingConfig,
    [/^Version: does not log to CallLog of this template/]);
  finds('the log of calls for an internal function', ({ Bootstrap: { Properties } }) => { Properties.LoggingConfig.LogGroup.Ref = 'CallLog'; },
    [/^Bootstrap: does not log to BootstrapLog of this template/, /^BootstrapLog: is used by nothing/]);
  finds('a log group without retention', ({ CallLog: { Properties } }) => delete Properties.RetentionInDays,
    [/^CallLog: keeps what it has forever; it would have RetentionInDays: !Ref LogRetentionDays$/]);
  finds('a function without role', ({ Version: { Properties } }) => delete Properties.Role,
    [/^Version: has no role of its own; it would have Role: !GetAtt VersionRole\.Arn$/, /^VersionRole: is used by nothing/]);
  finds('a role shared by two functions', ({ Version: { Properties }, Applist }) => { Properties.Role = Applist.Properties.Role; },
    [/^Version: has the role ApplistRole, which is that of Applist too; it would have one of its own$/, /^VersionRole: is used by nothing/]);
  finds('policies that SAM ignores', ({ Version: { Properties } }) => { Properties.Policies = ['AWSLambdaExecute']; },
    [/^Version: has Policies, which SAM ignores beside a Role/]);
  finds('what SAM would fill in', (resources, { Globals }) => delete Globals.Function.Timeout, [/: Globals lack Timeout, for which SAM takes 3$/]);
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
  finds('a missing route form', (resources) => delete body(resources).paths['/{session}/{api}/version'],
    [/^Api: has no route \/\{session\}\/\{api\}\/version; each function would have both forms$/]);
  finds('a route to another function', (resources) => {
    body(resources).paths['/{api}/version']['x-amazon-apigateway-any-method']['x-amazon-apigateway-integration'] = integration('Applist');
  }, [/^Api: leads \/\{api\}\/version to Applist, which runs applist$/]);
  finds('a route to nothing', (resources) => {
    body(resources).paths['/{api}/version']['x-amazon-apigateway-any-method']['x-amazon-apigateway-integration'] = integration('None');
  }, [/^Api: has the route \/\{api\}\/version to .*None", which is not an integration/, /^Api: has no route \/\{api\}\/version/]);
  finds('a route of another form', (resources) => {
    body(resources).paths['/v1/{api}/version'] = body(resources).paths['/{api}/version'];
  }, [/^Api: has the route \/v1\/\{api\}\/version; it would be of the form/]);
  finds('a route that has lost its integration', (resources) => {
    body(resources).paths['/{api}/version']['x-amazon-apigateway-any-method'] = null;
  }, [/^Api: has the route \/\{api\}\/version to nothing, which is not an integration/, /^Api: has no route \/\{api\}\/version/]);
  finds('a session that is not a parameter', (resources) => {
    delete body(resources).paths['/{session}/{api}/version']['x-amazon-apigateway-any-method'].parameters;
    delete body(resources).paths['/{session}/{api}/version'].parameters;
  }, [/^Api: has the route \/\{session\}\/\{api\}\/version without its parameter/]);
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
    integrations.Bootstrap = JSON.parse(JSON.stringify(integrations.Applist).replace('${Applist.Arn}', '${Bootstrap.Arn}'));
    body(resources).paths['/{api}/bootstrap'] = {
      parameters: [{ name: 'api', in: 'path', required: true }],
      'x-amazon-apigateway-any-method': { 'x-amazon-apigateway-integration': integration('Bootstrap') },
    };
  }, [/^Bootstrap: is internal and can be reached from the API/, /^Api: leads \/\{api\}\/bootstrap to Bootstrap, which runs undefined$/]);
});

describe('room', () => {
  finds('none for what ends access', ({ TicketRevoke: { Properties } }) => delete Properties.ReservedConcurrentExecutions,
    [/^TicketRevoke: ends access and would have ReservedConcurrentExecutions/]);
  finds('what others lack', ({ Applist: { Properties } }) => { Properties.ReservedConcurrentExecutions = 5; },
    [/^Applist: has ReservedConcurrentExecutions, which takes room from others/]);
});

describe('a release', () => {
  finds('no canary', (resources) => {
    for (const id of ['Version', 'ApiTokenList']) {
      delete resources[id].Properties.AutoPublishAlias;
      resources[`${id}Permission`].Properties.FunctionName = { Ref: id };
      const made = body(resources).components['x-amazon-apigateway-integrations'][id];
      made.uri['Fn::Sub'] = made.uri['Fn::Sub'].replace('.Alias}', '.Arn}');
    }
  }, [/^Resources: have 0 functions with AutoPublishAlias; a release would reach two first$/]);
  finds('a canary that no alarm watches', ({ Version: { Properties } }) => delete Properties.DeploymentPreference.Alarms,
    [/^Version: would have DeploymentPreference with Alarms: !If/, /^Version: would have DeploymentPreference with Alarms of this/, /^Version: would have an alarm on the Errors of its alias/, /^Version: would have an alarm on the calls of version/]);
  finds('a canary whose alarm stops the way back', ({ Version: { Properties } }) => { Properties.DeploymentPreference.Alarms = [{ Ref: 'ReleaseAlarm' }]; },
    [/^Version: would have DeploymentPreference with Alarms: !If \[TriesFirst/, /^Version: would have DeploymentPreference with Alarms of this/, /^Version: would have an alarm on the Errors of its alias/, /^Version: would have an alarm on the calls of version/]);
  finds('an alarm on another alias', ({ ReleaseAlarm: { Properties } }) => {
    Properties.Metrics[1].MetricStat.Metric.Dimensions[1].Value = { 'Fn::Sub': '${Applist}:live' };
  }, [/^Version: would have an alarm on the Errors of its alias, by FunctionName Version and Resource \$\{Version\}:live/]);
  finds('a filter of another function', ({ CanaryFilter: { Properties } }) => {
    Properties.FilterPattern = Properties.FilterPattern.replace('api_token_list', 'applist');
  }, [/^ApiTokenList: would have an alarm on the calls of api_token_list that failed/]);
  finds('versions that pile up', ({ Version: { Properties } }) => delete Properties.VersionDeletionPolicy, [/^Version: would have VersionDeletionPolicy: Delete/]);
  finds('a version with an old environment', ({ Version: { Properties } }) => delete Properties.AutoPublishAliasAllProperties,
    [/^Version: would have AutoPublishAliasAllProperties: true/]);
  finds('a version with an old table', ({ ApiTokenList: { Properties } }) => { Properties.VersionDescription['Fn::Sub'] = '${UsageRecords} ${TrustedProxies}'; },
    [/^ApiTokenList: would have a VersionDescription with \$\{TableName\} and \$\{Closed\}, without which another value publishes no version/]);
  finds('a version whose description may be too long', (resources, { Parameters }) => delete Parameters.TableName.MaxLength,
    [/^(Version|ApiTokenList): would have a VersionDescription of 256 characters at most/]);
  finds('a version with an old role', ({ VersionRole: { Properties } }) => { Properties.Path = '/latchkey/3/'; },
    [/^Version: would have a Description that ends with its role’s Path, \/latchkey\/3\//]);
  finds('a function that does not wait', ({ Applist }) => Applist.DependsOn.pop(),
    [/^Applist: gets a new release before ApiTokenListAliaslive; it would have DependsOn: \[ApiTokenListAliaslive, VersionAliaslive\]$/]);
  finds('a route past the alias', (resources) => {
    const { uri } = body(resources).components['x-amazon-apigateway-integrations'].Version;
    uri['Fn::Sub'] = uri['Fn::Sub'].replace('.Alias}', '.Arn}');
  }, [/^Api: has the integration Version to the newest code of Version; it would be to \$\{Version\.Alias\}$/]);
  finds('a permission past the alias', ({ VersionPermission: { Properties } }) => { Properties.FunctionName = { Ref: 'Version' }; },
    [/^Version: has not one permission for exactly this API/]);
});

describe('documents', () => {
  finds('a document that is gone before its last use', ({ OrderDocument }) => delete OrderDocument.UpdateReplacePolicy,
    [/^OrderDocument: is removed when its text changes, while functions of the old release still send it/]);
  finds('new versions of one document', ({ OrderDocument: { Properties } }) => { Properties.UpdateMethod = 'NewVersion'; },
    [/^OrderDocument: has UpdateMethod: NewVersion, which makes the new text the default before/]);
  const altered = (change) => ({ OrderDocument: { Properties } }) => {
    const content = JSON.parse(Properties.Content);
    change(content);
    Properties.Content = JSON.stringify(content, null, 2);
  };
  const bytes = /^OrderDocument: has a Content of other bytes than infra\/ssm\/Latchkey-Order\.json; it would be them, as text$/;
  finds('a changed document', ({ OrderDocument: { Properties } }) => { Properties.Content += '\n'; }, [bytes]);
  finds('a document as a map', ({ OrderDocument: { Properties } }) => { Properties.Content = JSON.parse(Properties.Content); },
    [bytes, /^OrderDocument: has a Content that is not JSON/]);
  finds('another schema', altered((content) => { content.schemaVersion = '1.2'; }),
    [bytes, /^OrderDocument: is of the schema "1\.2"; it would be "2\.2"$/]);
  finds('a parameter as text', altered(({ parameters }) => delete parameters.payload.interpolationType),
    [bytes, /^OrderDocument: has the parameter payload that is put into the script as text/]);
  finds('a pattern without an end', altered(({ parameters }) => { parameters.payload.allowedPattern = '^[a-z]+'; }),
    [bytes, /^OrderDocument: has the parameter payload with allowedPattern "\^\[a-z\]\+"; it would be anchored: \^…\$$/]);
  finds('a parameter that is not there', altered(({ parameters }) => delete parameters.agentHash),
    [bytes, /^OrderDocument: uses \{\{ agentHash \}\}, which is not a parameter of it$/]);
  finds('a name that forbids every update', ({ OrderDocument: { Properties } }) => {
    Properties.Name = 'order';
    delete Properties.UpdateMethod;
  }, [/^OrderDocument: has a Name and UpdateMethod: Replace, so that its text can never be updated/]);
});

describe('parameters', () => {
  finds('a default that its own pattern refuses', (resources, { Parameters }) => { Parameters.AlarmTopicArn.Default = 'arn'; },
    [/^AlarmTopicArn: has the default arn, which .* does not match as a whole$/]);
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
    [/^FaultAlarm: watches AWS\/ApiGateway 5XX, which is not a metric/]);
  finds('dimensions by which it is not sent', ({ FaultAlarm: { Properties } }) => {
    Properties.Dimensions = [{ Name: 'Api', Value: { Ref: 'Api' } }];
  }, [/^FaultAlarm: watches 5xx by Api, by which it is not sent; it is by ApiId/]);
  finds('an alarm that sends nobody anywhere', ({ FaultAlarm: { Properties } }) => { Properties.AlarmDescription = 'Calls fail; see docs/operate.md#nothing'; },
    [/^FaultAlarm: sends nobody to its section of docs\/operate\.md/]);
  finds('a 15th alarm', (resources) => {
    for (let number = 1; Object.values(resources).filter((one) => one.Type === 'AWS::CloudWatch::Alarm').length < 15; number++) {
      resources[`FaultAlarm${number}`] = resources.FaultAlarm;
    }
  }, [/^Resources: have 15 alarms; they would be 14 at most/]);
  finds('a period that CloudWatch does not have', ({ FaultAlarm: { Properties } }) => { Properties.Period = 90; },
    [/^FaultAlarm: has Period: 90; it would be a multiple of 60$/]);
});

describe('cfn-guard', { skip: process.platform !== 'linux' || process.arch !== 'x64' ? 'no program for this machine' : false }, () => {
  const guards = (name, fault, expected) => test(name, () => {
    const file = join(folder, 'guarded.json');
    writeFileSync(file, JSON.stringify(changed(small(), fault)));
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
  guards('a log group without retention', ({ CallLog }) => delete CallLog.Properties,
    ['CallLog: logs_expire (cfn-guard): would have RetentionInDays']);
  guards('a table without PITR', ({ Table: { Properties } }) => delete Properties.PointInTimeRecoverySpecification,
    ['Table: table_is_kept (cfn-guard): would have PointInTimeRecoveryEnabled: true']);
  guards('a table with KMS off', ({ Table: { Properties } }) => { Properties.SSESpecification = { SSEEnabled: false }; },
    ['Table: table_is_encrypted (cfn-guard): would not switch encryption with KMS off']);
  guards('a key that is never rotated', ({ Key: { Properties } }) => delete Properties.EnableKeyRotation,
    ['Key: key_is_kept_and_rotated (cfn-guard): would have EnableKeyRotation: true']);
  guards('a bucket without a lock', ({ AuditBucket: { Properties } }) => delete Properties.ObjectLockEnabled,
    ['AuditBucket: buckets_are_kept_locked_and_private (cfn-guard): would have ObjectLockEnabled: true']);
  guards('a bucket that goes with the stack', ({ AuditBucket }) => delete AuditBucket.DeletionPolicy,
    ['AuditBucket: buckets_are_kept_locked_and_private (cfn-guard): would have DeletionPolicy: Retain']);
  guards('a permission for anyone', ({ VersionPermission: { Properties } }) => {
    Properties.Principal = '*';
    delete Properties.SourceArn;
  }, ['VersionPermission: permissions_name_their_source (cfn-guard): would have SourceArn',
    'VersionPermission: permissions_name_their_source (cfn-guard): would name one service']);
});

const small = () => smallOf(template, 'applist', 'version', 'api_token_list');

const alarm = (resources, id, properties) => {
  resources[id] = { ...resources.FaultAlarm, Properties: { ...resources.FaultAlarm.Properties, ...properties } };
};
const log = (resources, id, properties) => { resources[id] = { Type: 'AWS::Logs::LogGroup', Properties: properties }; };
const described = (id, text) => (resources) => alarm(resources, id, { AlarmDescription: text });

/** All in one template, as cfn-lint reads on after a finding: [name, fault, patterns of its findings]. */
const FOR_CFN_LINT = [
  ['an unknown type', (resources) => { resources.Mistyped = { Type: 'AWS::Logs::LogGruop' }; }, [/^Mistyped: Type: .*'AWS::Logs::LogGruop' does not exist/]],
  ['a misspelled property', (resources) => log(resources, 'Misspelled', { RetentionInDay: 1 }),
    [/^Misspelled: RetentionInDay: Additional properties .*Did you mean 'RetentionInDays'/]],
  ['a misspelled property deep within', ({ Table: { Properties } }) => { Properties.TimeToLiveSpecification.AtributeName = 'ttl'; },
    [/^Table: TimeToLiveSpecification\.AtributeName: Additional properties .*Did you mean 'AttributeName'/]],
  ['a missing required property', (resources) => delete resources.OrderDocument.Properties.Content,
    [/^OrderDocument: 'Content' is a required property/]],
  ['a missing required property of a list’s element', (resources) => delete resources.ReconcilerSchedule.Properties.Targets[0].Id,
    [/^ReconcilerSchedule: Targets\.0: 'Id' is a required property/]],
  ['text for a number', (resources) => alarm(resources, 'TextForNumber', { Threshold: 'five' }),
    [/^TextForNumber: Threshold: 'five' is not of type 'number'/]],
  ['a number for text', described('NumberForText', 5), [/^NumberForText: AlarmDescription: 5 is not of type 'string'/]],
  ['text for a boolean', (resources) => { resources.Key.Properties.EnableKeyRotation = 'true'; },
    [/^Key: EnableKeyRotation: 'true' is not of type 'boolean'/]],
  ['one value for a list', (resources) => alarm(resources, 'OneForList', { Dimensions: { Name: 'ApiId', Value: 'x' } }),
    [/^OneForList: Dimensions: .* is not of type 'array'/]],
  ['a value that is not allowed', (resources) => log(resources, 'NotAllowed', { RetentionInDays: 91 }),
    [/^NotAllowed: RetentionInDays: 91 is not one of \[1, 3, 5/]],
  ['a parameter whose value is not allowed', (resources, { Parameters }) => Parameters.LogRetentionDays.AllowedValues.push(91),
    [/^LogRetentionDays: .*'LogRetentionDays'\} is not one of \[1, 3, 5/]],
  ['a parameter of text for a number', (resources) => log(resources, 'ParameterOfText', { RetentionInDays: { Ref: 'HostName' } }),
    [/^ParameterOfText: RetentionInDays\.Ref: .*'HostName'\} is not of type 'integer'/, /^HostName: Default: .* is not one of \[1, 3, 5/]],
  ['a default that its own values refuse', (resources, { Parameters }) => { Parameters.Runtime.Default = 'java8'; },
    [/^Runtime: Default: Default should be a value within AllowedValues/]],
  ['an unknown key of a parameter', (resources, { Parameters }) => { Parameters.Dashboard.Pattern = 'x'; },
    [/^Dashboard: Pattern: Additional properties are not allowed/, /^Dashboard: Pattern: 'Pattern' is not one of \['AllowedPattern'/]],
  ['an unknown key of a resource', (resources) => { resources.AccessLog.Comment = 'x'; }, [/^AccessLog: Comment: Additional properties are not allowed/]],
  ['a name that is not a logical one', (resources) => log(resources, 'Access_Log', { RetentionInDays: 1 }), [/^Access_Log: .*does not match/]],
  ['an output without a value', (resources, { Outputs }) => { Outputs.Nothing = { Description: 'x' }; }, [/^Nothing: 'Value' is a required property/]],
  ['an unknown !Ref', (resources) => log(resources, 'UnknownRef', { RetentionInDays: { Ref: 'LogRetentionDay' } }),
    [/^UnknownRef: RetentionInDays\.Ref: 'LogRetentionDay' is not one of/]],
  ['an unknown name in !Sub', described('UnknownInSub', { 'Fn::Sub': '${Nothing} of ${AWS::StackName}' }),
    [/^UnknownInSub: AlarmDescription\.Fn::Sub: 'Nothing' is not one of/]],
  ['an unknown pseudo parameter', described('UnknownPseudo', { 'Fn::Sub': '${AWS::Stack}' }),
    [/^UnknownPseudo: AlarmDescription\.Fn::Sub: 'AWS::Stack' is not one of/]],
  ['an unknown attribute', described('UnknownAttribute', { 'Fn::GetAtt': ['Table', 'Name'] }),
    [/^UnknownAttribute: AlarmDescription\.Fn::GetAtt\.1: 'Name' is not one of \['Arn', 'StreamArn'\]/,
      /^UnknownAttribute: AlarmDescription: GetAtt to resource 'Table' that may not be available/]],
  ['an unknown condition', described('UnknownCondition', { 'Fn::If': ['HasKeys', 'a', 'b'] }),
    [/^UnknownCondition: AlarmDescription\.Fn::If\.0: 'HasKeys' is not one of/]],
  ['an unknown mapping', described('UnknownMapping', { 'Fn::FindInMap': ['Map', 'a', 'b'] }),
    [/^UnknownMapping: AlarmDescription\.Fn::FindInMap\.0: 'Map' is not one of/]],
  ['what is there only sometimes', described('OnlySometimes', { Ref: 'Key' }),
    [/^OnlySometimes: AlarmDescription: Ref to resource 'Key' that may not be available when condition 'HasKey' is False/]],
  ['an unknown dependency', (resources) => {
    alarm(resources, 'UnknownDependency', {});
    resources.UnknownDependency.DependsOn = 'Nothing';
  }, [/^UnknownDependency: DependsOn: 'Nothing' is not one of/]],
  ['an unknown name in an output', (resources, { Outputs }) => { Outputs.Url.Value = { Ref: 'Apis' }; }, [/^Url: Value\.Ref: 'Apis' is not one of/]],
  ['a missing log group', (resources) => delete resources.BootstrapLog,
    [/^Bootstrap: LoggingConfig\.LogGroup\.Ref: 'BootstrapLog' is not one of/, /^BootstrapRole: Policies\..*Fn::GetAtt\.0: 'BootstrapLog' is not one of/]],
  ['a cycle over Globals', (resources) => { resources.Table.DependsOn = 'Api'; },
    [/^Table: Circular Dependencies .*\[Api\]/, /^(Api|Applist|ApiTokenList\w*|Version\w*|ReleaseAlarm|UnknownFunction|Reconciler|Bootstrap): Circular Dependencies .*/]],
];

/** Each in a document of its own: [name, tool, document, patterns of its findings]. */
const ALONE = [
  ['a template without SAM', 'cfn-lint', { Resources: { Version: { Type: 'AWS::Serverless::Function', Properties: {} } } },
    [/^Version: Type: .* without the serverless transform/, /^Version: Type: .* does not exist/]],
  ['an unknown section', 'cfn-lint', { Resource: {}, Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }, [/^Resource: Additional properties .*Did you mean 'Resources'/]],
  ['a cycle', 'cfn-lint', changed(small(), (resources, copy) => {
    copy.Resources = { AccessLog: resources.AccessLog, CallLog: { ...resources.CallLog, DependsOn: ['AccessLog'] } };
    copy.Resources.AccessLog.DependsOn = 'CallLog';
    copy.Outputs = undefined;
  }), [/^AccessLog: Circular Dependencies .*\[CallLog\]/, /^CallLog: Circular Dependencies .*\[AccessLog\]/, /^\w+: .*not (used|referenced)/]],
  ['what is no YAML', 'cfn-lint', 'Resources:\n  A:\n    Type: B\n   C: D\n', [/^line \d: /]],
  ['what is no YAML', 'samtranslator', 'Resources:\n  A:\n    Type: B\n   C: D\n', [/^Resources: are no YAML: .*line 4/]],
  ['the name that SAM does not know', 'samtranslator', changed(small(), ({ Api: { Properties } }) => {
    Properties.AccessLogSetting = Properties.AccessLogSettings;
  }), [/^Api: .*property AccessLogSetting not defined/]],
  ...['CodeUri', 'Handler', 'Runtime'].map((name) => [`no ${name} in Globals`, 'samtranslator',
    changed(small(), (resources, { Globals }) => delete Globals.Function[name]), [new RegExp(`^Version: .*${name}`), /^\w+: .* is invalid/]]),
  ['144 functions fit', 'samtranslator', changed(small(), (resources) => growTo(resources, 144)), []],
  ['145 functions have too many routes', 'samtranslator', changed(small(), (resources) => growTo(resources, 145)),
    [/^Resources: are 291 routes with 145 functions; they would be 290 at most$/,
      /^Resources: are 495 resources with 145 functions; they would be 494 at most$/]],
  ['a third form of each route is too many at 130', 'samtranslator', changed(small(), (resources) => {
    for (const [path, methods] of Object.entries(body(resources).paths).filter(([each]) => each.startsWith('/{api}/'))) {
      body(resources).paths[`/v1${path}`] = methods;
    }
  }), [/^Resources: are 391 routes with 130 functions; they would be 290 at most$/]],
  ['three integrations a function are too many at 130', 'samtranslator', changed(small(), (resources) => {
    const integrations = body(resources).components['x-amazon-apigateway-integrations'];
    for (const id of ['Applist', 'ApiTokenList', 'Version']) {
      ['A', 'B'].forEach((more) => { integrations[`${id}${more}`] = integrations[id]; });
    }
  }), [/^Resources: are 391 integrations with 130 functions; they would be 290 at most$/]],
  ['four resources a function are too many at 130', 'samtranslator', changed(small(), (resources) => {
    for (const id of ['Applist', 'ApiTokenList', 'Version']) {
      for (const more of ['A']) {
        resources[`${id}Rule${more}`] = { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 day)' } };
      }
    }
  }), [/^Resources: are 5\d\d resources with 130 functions; they would be 494 at most$/]],
  ['a template that is too long', 'samtranslator', changed(small(), (resources, copy) => { copy.Description = 'x'.repeat(2_000_000); }),
    [/^Resources: are 2\d{6} bytes with 130 functions/, /^Resources: are a template of 2\d{6} bytes/]],
  ['functions that will be too long', 'samtranslator', changed(small(), ({ Version: { Properties } }) => { Properties.Description = 'x'.repeat(15_000); }),
    [/^Resources: are 1\d{6} bytes with 130 functions; they would be 1048576 at most$/]],
  ['a parameter without a schema', 'openapi-spec-validator', openapi((document) => {
    document.paths['/json-api/version'].get.parameters = [{ name: 'x', in: 'query' }];
  }), [/^paths\/\/json-api\/version\/get\/parameters\/0: .* is not valid/]],
  ['a path without its parameter', 'openapi-spec-validator', openapi((document) => {
    document.paths['/{session}/json-api/version'] = document.paths['/json-api/version'];
    delete document.paths['/json-api/version'];
  }), [/^document: Path parameter 'session' .* was not resolved/]],
  ['an operation twice', 'openapi-spec-validator', openapi(({ paths }) => { paths['/json-api/again'] = paths['/json-api/version']; }),
    [/^document: Operation ID '\w+_version' .* is not unique/]],
];

function changed(copy, fault) {
  fault(copy.Resources, copy);
  return copy;
}

function openapi(fault) {
  const document = JSON.parse(readFileSync(join(ROOT, 'infra/openapi.json'), 'utf8'));
  fault(document);
  return document;
}

/** Begins at once, so that it runs beside the tests of lint.mjs. */
const tools = (async () => {
  const together = changed(small(), (...copy) => FOR_CFN_LINT.forEach(([, fault]) => fault(...copy)));
  const documents = {
    together: { tool: 'cfn-lint', document: together },
    ...Object.fromEntries(ALONE.map(([name, tool, document]) => [`${tool}: ${name}`, { tool, document }])),
  };
  // As a file, since a pipe would be filled only between the tests.
  const file = join(folder, 'documents.json');
  writeFileSync(file, JSON.stringify(documents));
  const python = spawn('python3', [TOOLS, '--batch'], { stdio: [openSync(file), 'pipe', 'inherit'] });
  const [report] = await Promise.all([json(python.stdout), once(python, 'close')]);
  return report;
})();
tools.catch(() => {}); // Each test that waits for it fails with it.

/** Findings as text, or nothing where the tool is not installed, and then the test is skipped. */
async function found(context, tool, name) {
  const { skipped, findings } = await tools;
  if (skipped.includes(tool)) {
    context.skip(`${tool} is not installed`);
    return undefined;
  }
  return findings[name].map(({ resource, message }) => `${resource}: ${message}`);
}

function holds(lines, expected) {
  for (const pattern of expected) {
    assert.ok(lines.some((one) => pattern.test(one)), `${pattern} in\n${lines.join('\n')}`);
  }
  assert.deepEqual(lines.filter((one) => !expected.some((pattern) => pattern.test(one))), []);
}

describe('cfn-lint', () => {
  for (const [name, , expected] of FOR_CFN_LINT) {
    test(name, async (context) => {
      const lines = await found(context, 'cfn-lint', 'together');
      if (lines) {
        holds(lines.filter((one) => expected.some((pattern) => pattern.test(one))), expected);
      }
    });
  }
  test('finds nothing beside them', async (context) => {
    const lines = await found(context, 'cfn-lint', 'together');
    const expected = FOR_CFN_LINT.flatMap(([, , patterns]) => patterns);
    if (lines) {
      assert.deepEqual(lines.filter((one) => !expected.some((pattern) => pattern.test(one))), []);
    }
  });
});

for (const each of ['cfn-lint', 'samtranslator', 'openapi-spec-validator']) {
  describe(`${each}, one fault a document`, () => {
    for (const [name, tool, , expected] of ALONE.filter(([, tool]) => tool === each)) {
      test(name, async (context) => {
        const lines = await found(context, tool, `${tool}: ${name}`);
        if (lines) {
          holds(lines, expected);
        }
      });
    }
  });
}
