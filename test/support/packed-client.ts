import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { build, run } from './build.js';

const PAGE = `<!doctype html><title>a page of somebody else</title>
<script type="importmap">{ "imports": { "@tenantry/client": "/package/dist/index.js" } }</script>`;

/** A page of an origin of its own, beside the files of the client as npm packs it. */
export interface ClientPage {
  readonly origin: string;
  close(): Promise<void>;
}

export async function serveClientPage(): Promise<ClientPage> {
  const folder = await packedClient();
  const server = createServer((request, response) => {
    const path = normalize(request.url ?? '/');
    if (path === '/') return void response.setHeader('content-type', 'text/html').end(PAGE);
    readFile(join(folder, path)).then(
      (file) => response.setHeader('content-type', 'text/javascript').end(file),
      () => response.writeHead(404).end(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function packedClient(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-client-'));
  await build('libs/client');
  run('npm', ['pack', '-w', 'libs/client', '--pack-destination', folder]);
  run('sh', ['-c', `tar -xzf "${folder}"/*.tgz -C "${folder}"`]);
  return folder;
}
