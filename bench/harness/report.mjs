import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { renderSection } from './table.mjs';

const HEAD = [
  '# Measurements',
  'Written by `npm run bench`; a part of it may be younger than another, and says of which day it is. Absolute numbers are ' +
    'of that machine on that day. What counts is the ratio: subjects take turns within one run ' +
    '(A B C, B C A, ...), each in a process of its own, with the same load from 16 connections. Every number is the median ' +
    'of the rounds, a ratio that of the ratios within each round; beside it stands what the middle half of the rounds lies ' +
    "between. CPU is user and system time of the server's process, and of all Postgres processes together, divided by the " +
    'requests answered. A part with a column "min..max" is older: there a ratio is one of medians, beside it the smallest and ' +
    'largest of single rounds, and turns went forth and back (A B B A ...).',
].join('\n\n');

/** Before the first result is written, which changes the tree. */
const MEASURED = commit();

/** Writes what was measured; the file's other parts are kept. */
export async function writeReport(file, { section, postgres, args }) {
  const parts = partsOf(await readFile(file, 'utf8').catch(() => ''));
  const measured =
    `Measured by \`${['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' ')}\` on ` +
    `${new Date().toISOString().slice(0, 10)}, code of ${MEASURED}: Node.js ${process.version}, Postgres ${postgres} (default durability), ` +
    `${availableParallelism()} cores shared by server, Postgres and load.`;
  const text = [section.text, measured].filter(Boolean).join('\n\n');
  parts.set(section.title, renderSection({ ...section, text }));
  await writeFile(file, `${[HEAD, ...parts.values()].join('\n\n')}\n`);
}

/** What was measured, by its name in git. */
function commit() {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'no known commit';
  }
}

function partsOf(report) {
  const [, ...parts] = report.split(/^## /m);
  return new Map(parts.map((part) => [part.split('\n', 1)[0], `## ${part.trim()}`]));
}
