import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { renderSection } from './table.mjs';

export async function writeReport(file, { sections, minutes, postgres, args }) {
  const head = [
    '# Measurements',
    `Written by \`${['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' ')}\` on ${new Date().toISOString().slice(0, 10)}: Node.js ${process.version}, ` +
      `Postgres ${postgres} (default durability), ${availableParallelism()} cores shared by server, Postgres and load, ` +
      `${minutes.toFixed(1)} minutes.`,
    'Absolute numbers are of that machine on that day. What counts is the ratio: subjects take turns within one run ' +
      '(A B B A ...), each in a process of its own, with the same load from 16 connections. Every number is the median ' +
      'of the rounds; beside a ratio of medians stand the smallest and largest ratio of a single round. CPU is user and ' +
      "system time of the server's process, and of all Postgres processes together, divided by the requests answered.",
  ];
  await writeFile(file, `${[...head, ...sections.map(renderSection)].join('\n\n')}\n`);
}
