// Runs test/chaos at length. CHAOS_ROUNDS (3): how often each step of each operation is cut off, and each crash happens.
// CHAOS_SEED: the order, printed so that it can be had again. Arguments go to vitest: `npm run chaos -- postgres-crash`.
// The last line is the total: N passed, N failed.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';

const { CHAOS_ROUNDS = '3', CHAOS_SEED = String(randomInt(2 ** 31)) } = process.env;
const [only = ''] = process.argv.slice(2);
console.log(`CHAOS_ROUNDS=${CHAOS_ROUNDS} CHAOS_SEED=${CHAOS_SEED}`);
const { status } = spawnSync('npx', ['vitest', 'run', `test/chaos/${only}`, '--no-file-parallelism'], {
  cwd: new URL('..', import.meta.url),
  env: { ...process.env, CHAOS_ROUNDS, CHAOS_SEED },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
