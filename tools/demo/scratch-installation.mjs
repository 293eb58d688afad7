// An installation of its own, with a server and a Postgres of its own, that leaves nothing behind.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readlink, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** @returns `{ url, credentials, tenantry(args, environment), end() }` */
export async function startScratch() {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-demo-'));
  await chmod(folder, 0o755); // for root, Postgres runs as another user
  const password = randomBytes(18).toString('base64url');
  const environment = {
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(TENANTRY_|DATABASE_URL|REDIS_URL)/.test(name)),
    ),
    TENANTRY_DATA_DIR: folder,
    TENANTRY_OPERATOR_PASSWORD: password,
    TENANTRY_LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
    PORT: '0',
  };
  const server = spawn(process.execPath, [join(root, 'apps/api/dist/main.js')], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = async () => {
    await stop(server);
    await remove(folder);
  };
  const interrupt = () => void end().finally(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return {
      url: await addressOf(server),
      credentials: { email: 'operator@tenantry.localhost', password },
      tenantry: (args, more) => runCommand(args, { ...environment, TENANTRY_LOG_LEVEL: 'silent', ...more }),
      end: async () => {
        process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function addressOf(server) {
  for await (const line of createInterface({ input: server.stdout })) {
    const [, url] = /^Listening on (\S+)/.exec(line) ?? [];
    if (!url) continue;
    server.stdout.resume(); // what else it says is of no interest
    return url;
  }
  throw new Error('The server for the migration did not start.');
}

/** Resolves with its exit code and what it said, on either stream. */
function runCommand(args, env) {
  return new Promise((resolve) => {
    const command = [join(root, 'apps/cli/bin/tenantry.mjs'), ...args];
    const child = execFile(process.execPath, command, { cwd: root, env }, (_, out, err) =>
      resolve({ code: child.exitCode, lines: `${err}${out}`.trimEnd().split('\n') }),
    );
  });
}

async function stop(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGTERM');
  await gone;
}

/** For root the data may lie elsewhere, behind a link. */
async function remove(folder) {
  const elsewhere = await readlink(join(folder, 'postgres')).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
  if (!elsewhere) return;
  await rm(elsewhere, { recursive: true, force: true });
  await rmdir(dirname(elsewhere)).catch(() => undefined); // unless there is more in it
}
