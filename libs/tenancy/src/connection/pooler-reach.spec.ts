import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { PoolerReach } from './pooler-reach.js';

const SSL_REQUEST = '0000000804d2162f';

let server: Server | undefined;
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
});

async function listen(answer: (socket: Socket) => void): Promise<string> {
  server = createServer((socket) => {
    sockets.push(socket);
    answer(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `postgres://app:secret@127.0.0.1:${(server.address() as AddressInfo).port}/tenantry`;
}

describe('whether the pooler is there', () => {
  it('asks what every Postgres server answers before a login', async () => {
    const heard: string[] = [];
    const url = await listen((socket) => {
      socket.on('data', (bytes) => {
        heard.push(bytes.toString('hex'));
        socket.write('N');
      });
    });
    await new PoolerReach(url).check();
    expect(heard).toEqual([SSL_REQUEST]);
  });

  it('asks once for many at a time, and again later', async () => {
    const url = await listen((socket) => socket.on('data', () => socket.write('S')));
    const reach = new PoolerReach(url);
    await Promise.all(Array.from({ length: 20 }, () => reach.check()));
    expect(sockets).toHaveLength(1);
    await reach.check();
    expect(sockets).toHaveLength(2);
  });

  it('gives up one that takes connections and says nothing', async () => {
    const url = await listen(() => undefined);
    await expect(new PoolerReach(url, 50).check()).rejects.toThrow('did not answer within 50 ms');
  });

  it('does not take an ended connection for an answer', async () => {
    const url = await listen((socket) => socket.end());
    await expect(new PoolerReach(url).check()).rejects.toThrow('ended the connection');
  });

  it('tells that nobody listens', async () => {
    const url = await listen(() => undefined);
    server?.close();
    await expect(new PoolerReach(url).check()).rejects.toThrow('ECONNREFUSED');
  });

  it('has nothing to ask where there is no pooler', async () => {
    await expect(new PoolerReach(undefined).check()).resolves.toBeUndefined();
  });
});
