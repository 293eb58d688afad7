import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const START_MS = 120_000;
const STOP_MS = 60_000;
const listening = /Listening on (http:\/\/127\.0\.0\.1:\d+)/;

/** Starts `tenantry start` in the project and waits until it listens. */
export async function startServer(folder, settings) {
  const { PATH, HOME } = process.env;
  const server = spawn(join(folder, 'node_modules/.bin/tenantry'), ['start'], {
    cwd: folder,
    env: { PATH, HOME, PORT: '0', HOST: '127.0.0.1', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = once(server, 'exit');
  const url = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${why}. It said:\n${output}`));
    const timer = setTimeout(() => {
      server.kill('SIGKILL');
      fail(`The server did not listen within ${START_MS / 1000} s`);
    }, START_MS);
    const read = (chunk) => {
      output += chunk;
      const found = listening.exec(output);
      if (found) resolve(found[1]);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('error', (error) => fail(error.message));
    server.once('exit', (code, signal) => fail(`The server ended with ${code ?? signal} before it listened`));
    void exited.finally(() => clearTimeout(timer));
  });
  return { url, output: () => output, stop: () => stop(server, exited) };
}

/** SIGTERM, as a supervisor sends it; returns the exit code, or the signal that ended it. */
async function stop(server, exited) {
  if (server.exitCode !== null) return server.exitCode;
  const timer = setTimeout(() => server.kill('SIGKILL'), STOP_MS);
  server.kill('SIGTERM');
  const [code, signal] = await exited;
  clearTimeout(timer);
  return code ?? signal;
}

/** One request with JSON in and out; anything but the expected status is an error that shows the answer. */
export async function request(url, { method = 'GET', status = 200, token, tenant, body } = {}) {
  const headers = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (tenant !== undefined) headers['x-tenant'] = tenant;
  const response = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await response.text();
  if (response.status !== status)
    throw new Error(`${method} ${new URL(url).pathname} answered ${response.status}, not ${status}:\n${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
