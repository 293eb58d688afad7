// Runs the end-to-end tests once for each released version: their clients speak it where a test names none.
// The last line is the total: N passed, N failed.
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';

const root = new URL('..', import.meta.url);
const asked = process.argv.slice(2);
const released = (await readdir(new URL('contracts', root)))
  .flatMap((name) => /^(\d{4}-\d{2}-\d{2})\.json$/.exec(name)?.[1] ?? [])
  .sort();
const total = { passed: 0, failed: 0 };

for (const version of asked.length > 0 ? asked : released) {
  console.log(`===== API version ${version}`);
  const { passed, failed } = await run(version);
  console.log(`===== API version ${version}: ${passed} passed, ${failed} failed`);
  total.passed += passed;
  total.failed += failed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** What the closing line of the run says; a run without one is a failure. */
async function run(version) {
  const env = { ...process.env, TEST_API_VERSION: version };
  const child = spawn('npx', ['vitest', 'run', 'test/e2e'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let tail = '';
  for await (const chunk of child.stdout) {
    process.stdout.write(chunk);
    tail = `${tail}${chunk}`.slice(-4000);
  }
  const [, passed, failed] = [...tail.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1) ?? [];
  return passed === undefined ? { passed: 0, failed: 1 } : { passed: Number(passed), failed: Number(failed) };
}
