import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../../test/api-server.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi(database.url, { env: { PUBLIC_HOSTS: 'margin.example.com, exporter' } });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

/** fetch would not let the header through. */
function statusOf(path: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(api.url + path, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('Host', () => {
  it.each([
    ['127.0.0.1:9464', 200],
    ['localhost', 200],
    ['LOCALHOST:9464', 200],
    ['[::1]:9464', 200],
    ['192.168.1.20:9464', 200],
    ['margin.example.com', 200],
    ['margin.example.com.:443', 200],
    ['exporter:9464', 200],
    ['evil.example', 421],
    ['localhost.evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['evil.example:9464', 421],
    ['[evil.example]', 421],
    ['sub.margin.example.com', 421],
  ])('%s → %i', async (host, status) => {
    for (const path of ['/metrics', '/', '/openapi.json'])
      expect([path, await statusOf(path, host)]).toEqual([path, status]);
  });

  it('probes answer whatever name the kubelet or a balancer uses', async () => {
    expect([await statusOf('/-/healthy', 'pod.example'), await statusOf('/-/ready', 'pod.example')]).toEqual([
      200, 200,
    ]);
  });

  it('a refused name says what to do', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      request(`${api.url}/metrics`, { headers: { host: 'evil.example' } }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
    expect(answer).toContain('PUBLIC_HOSTS');
  });
});
