import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@tenantry/embedded';
import { median } from '../harness/statistics.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GIVE_UP = 60_000;

/** From the process's spawn to the first 200 of /health/ready. */
export async function compare(bench) {
  const times = { cold: [], warm: [], joined: [] };
  for (let count = 0; count < bench.amounts.starts; count += 1) {
    const folder = join(bench.folder, `start-${count}`);
    await mkdir(folder);
    await chmod(folder, 0o755);
    times.cold.push(await timeStart(folder));
    times.warm.push(await timeStart(folder));
    const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
    try {
      times.joined.push(await timeStart(folder));
    } finally {
      await postgres.stop();
    }
  }
  const row = (what, values) => [
    what,
    ...[median(values), Math.max(...values)].map((value) => (value / 1000).toFixed(1)),
  ];
  return {
    title: 'Start',
    text: `\`node apps/api/dist/main.js\` with the embedded Postgres, from spawn to the first 200 of \`/health/ready\`; ${times.cold.length} of each.`,
    tables: [
      {
        columns: ['data folder', 'median s', 'slowest s'],
        rows: [
          row('empty', times.cold),
          row('used before, Postgres stopped', times.warm),
          row('used before, Postgres running', times.joined),
        ],
      },
    ],
  };
}

async function timeStart(folder) {
  const port = await freePort();
  const began = performance.now();
  const server = spawn(process.execPath, ['apps/api/dist/main.js'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      TENANTRY_DATA_DIR: folder,
      HOST: '127.0.0.1',
      PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(server, 'exit');
  const announced = announcement(server.stdout);
  try {
    while (!(await isReady(port))) {
      if (server.exitCode !== null) throw new Error('The server has ended.');
      if (performance.now() - began > GIVE_UP) throw new Error('The server is not ready.');
      await pause(10);
    }
    const time = performance.now() - began;
    await announced; // before that it would call its stop a failed start
    return time;
  } finally {
    server.kill('SIGTERM');
    await gone;
  }
}

/** The server has said where it listens; what it prints afterwards is not kept. */
async function announcement(output) {
  let printed = '';
  for await (const chunk of output.iterator({ destroyOnReturn: false })) {
    printed += chunk;
    if (printed.includes('Listening on')) break;
  }
  output.resume();
}

async function isReady(port) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
