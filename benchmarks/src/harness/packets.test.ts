import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countingProxy, type CountingProxy } from './counting-proxy.ts';
import { packetsCausedBy, stretchOf } from './packets.ts';

describe('packets caused by scrapes', () => {
  it.each([
    ['as long, nothing asked', { packets: 10, ms: 11_000 }, 0],
    ['twice as long on a slow machine, nothing asked', { packets: 20, ms: 22_000 }, 0],
    ['four times as long, nothing asked', { packets: 41, ms: 44_000 }, 1],
    ['twice as long, forty scrapes that each asked once', { packets: 60, ms: 22_000 }, 40],
    ['shorter, and it asked', { packets: 9, ms: 5_500 }, 4],
    ['fewer than usual', { packets: 3, ms: 11_000 }, 0],
  ])('%s', (_name, busy, expected) => {
    expect(packetsCausedBy(busy, { packets: 10, ms: 11_000 })).toBe(expected);
  });
});

describe('through a real proxy, beside a client that polls by the clock', () => {
  let proxy: CountingProxy;
  let socket: Socket;
  let polling: NodeJS.Timeout;
  const server = createServer((connection) => void connection.resume());
  beforeEach(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    proxy = await countingProxy(`postgres://127.0.0.1:${address.port}/x`);
    socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    socket.setNoDelay(true);
    await once(socket, 'connect');
    polling = setInterval(() => socket.write('poll'), 50);
  });
  afterEach(async () => {
    clearInterval(polling);
    socket.destroy();
    await proxy.close();
    server.close();
  });

  it('a stretch that is five times as long is not taken for one that asks', async () => {
    const idle = await stretchOf(proxy.sent, () => sleep(400));
    const busy = await stretchOf(proxy.sent, () => sleep(2_000));
    // What the benchmark compared before: the plain difference says that something asks.
    expect(busy.packets - idle.packets).toBeGreaterThan(8);
    expect(packetsCausedBy(busy, idle)).toBeLessThanOrEqual(8);
  });

  it('one that asks is found, however long it is', async () => {
    const idle = await stretchOf(proxy.sent, () => sleep(400));
    const busy = await stretchOf(proxy.sent, async () => {
      for (let scrape = 0; scrape < 40; scrape += 1) {
        socket.write('SELECT 1');
        await sleep(20);
      }
    });
    expect(packetsCausedBy(busy, idle)).toBeGreaterThan(20);
  });
});
