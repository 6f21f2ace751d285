// Lambda's Runtime API, as the managed Node.js runtime speaks it for the handler.

import { Agent, request } from 'node:http';
import { handler } from './handler.mjs';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

serve();

async function serve() {
  for (;;) {
    const next = await call('GET', 'next');
    const id = next.headers['lambda-runtime-aws-request-id'];
    try {
      await call('POST', `${id}/response`, await handler(JSON.parse(next.body)));
    } catch (failure) {
      await call('POST', `${id}/error`, { errorMessage: failure.message });
    }
  }
}

function call(method, path, content) {
  const body = content === undefined ? '' : JSON.stringify(content);
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Length': Buffer.byteLength(body) };
    request(
      { host, port, agent, method, headers, path: `/2018-06-01/runtime/invocation/${path}` },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }),
        );
      },
    )
      .on('error', reject)
      .end(body);
  });
}
