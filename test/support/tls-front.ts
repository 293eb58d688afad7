import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';

/** A server of Postgres behind TLS, as far as its clients see. */
export interface TlsFront {
  readonly url: string;
  /** Path of its certificate, which is its own authority. */
  readonly certificate: string;
  close(): Promise<void>;
}

/** Says loudly when the tests with it are left out. */
export function isOpensslInstalled(): boolean {
  if (spawnSync('openssl', ['version']).status === 0) return true;
  process.stderr.write('\n*** openssl is not installed: the tests of certificates DO NOT RUN. ***\n\n');
  return false;
}

/** Takes the request for TLS (protocol message SSLRequest), and passes on what comes after it. */
export async function startTlsFront(databaseUrl: string, days: number): Promise<TlsFront> {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', String(days)];
  const { status, stderr } = spawnSync('openssl', ['req', '-x509', ...made, ...subject], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const identity = { key: await readFile(key), cert: await readFile(certificate) };
  const target = new URL(databaseUrl);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on('error', () => undefined));
    socket.once('data', () => {
      const behind = connect(Number(target.port), target.hostname).on('error', () => socket.destroy());
      socket.write('S');
      const plain = new TLSSocket(socket, { isServer: true, ...identity }).on('error', () => behind.destroy());
      plain.pipe(behind).pipe(plain);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    certificate,
    close: async () => {
      for (const socket of open) socket.destroy();
      await once(server.close(), 'close');
      await rm(folder, { recursive: true });
    },
  };
}
