// The same requests to DynamoDB as Latchkey's, and the same answer, for a credential without addresses or quota.

import { createHash, randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

const TableName = process.env.LATCHKEY_TABLE;
const LIVE =
  'attribute_exists(pk) AND (attribute_not_exists(expires_at) OR expires_at > :now)' +
  ' AND attribute_not_exists(addresses) AND attribute_not_exists(quota)';

const dynamodb = new DynamoDBClient({});

class AccessDenied extends Error {}

const functions = {
  version: async () => ({ version: '11.138.0.6', latchkey_version: '0.1.0' }),
  api_token_list: async (caller) => ({ tokens: await tokensOf(caller) }),
};

export async function handler(event) {
  const now = new Date();
  const id = randomUUID();
  try {
    const name = event.rawPath.split('/').pop();
    const caller = await admit(event.headers.authorization, now);
    const data = await functions[name](caller);
    const metadata = { version: 1, command: name, reason: 'OK', result: 1 };
    return answer(200, id, { metadata, data });
  } catch (failure) {
    if (failure instanceof AccessDenied || failure instanceof ConditionalCheckFailedException) {
      return answer(403, id, { cpanelresult: { error: 'Access denied' } });
    }
    console.error(id, failure);
    return answer(500, id, { metadata: { version: 1, reason: 'failed', result: 0 } });
  }
}

async function admit(authorization, now) {
  const [, user, token] = /^whm ([^:]+):([A-Z0-9]{32})$/.exec(authorization) ?? [];
  if (!token) {
    throw new AccessDenied();
  }
  const pk = { S: `U#${user}` };
  const digest = createHash('sha256').update(token).digest('hex');
  const [credential, profile] = await Promise.all([
    dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk, sk: { S: `C#${digest}` } },
        UpdateExpression: 'SET last_used = :now, s0 = :mark ADD #calls :count, #function :count',
        ConditionExpression: LIVE,
        ExpressionAttributeNames: { '#calls': `calls_${month(now)}`, '#function': 'QC10' },
        ExpressionAttributeValues: { ':now': { N: seconds(now) }, ':count': { N: '1' }, ':mark': { N: String(now.getTime()) } },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ),
    dynamodb.send(
      new GetItemCommand({ TableName, Key: { pk, sk: { S: 'PROFILE' } }, ConsistentRead: true }),
    ),
  ]);
  if (!profile.Item || profile.Item.suspended.BOOL) {
    throw new AccessDenied();
  }
  return { user, pk, credential: credential.Attributes, acls: profile.Item.acls.SS };
}

async function tokensOf(caller) {
  const { Items } = await dynamodb.send(
    new QueryCommand({
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': caller.pk, ':prefix': { S: 'C#' } },
    }),
  );
  const shown = Items.map((item) => {
    const granted = new Set(item.acls.SS);
    return {
      name: item.token_name.S,
      create_time: Number(item.create_time.N),
      expires_at: item.expires_at ? Number(item.expires_at.N) : null,
      whitelist_ips: null,
      acls: Object.fromEntries(caller.acls.map((acl) => [acl, granted.has(acl) ? 1 : 0])),
    };
  });
  return Object.fromEntries(shown.map((token) => [token.name, token]));
}

function answer(statusCode, id, tree) {
  return {
    statusCode,
    headers: {
      'Content-Type': 'application/json; charset="utf-8"',
      'Cache-Control': 'no-store',
      'X-Request-Id': id,
    },
    body: JSON.stringify(tree),
  };
}

const month = (at) => at.toISOString().slice(0, 7).replace('-', '');
const seconds = (at) => String(Math.floor(at.getTime() / 1000));
