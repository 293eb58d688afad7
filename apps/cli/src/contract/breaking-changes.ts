import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oasdiff } from './oasdiff.js';

/**
 * What oasdiff takes lightly and this contract does not: an output keeps its shape, an input that was taken is still
 * taken, and what was optional stays optional, whatever its default.
 */
const STRICTER = [
  'new-required-request-property-with-default',
  'request-property-became-required-with-default',
  'request-parameter-became-required',
  'request-property-default-value-changed',
  'request-body-default-value-changed',
  'response-non-success-status-removed',
];

export interface BreakingChange {
  /** Such as `PATCH /orders/{id}`. */
  readonly operation: string;
  readonly text: string;
  /** oasdiff's name of the check. */
  readonly check: string;
}

/** What oasdiff says of one change. */
interface Finding {
  readonly id?: string;
  readonly text?: string;
  /** 3 is an error. */
  readonly level?: number;
  readonly operation?: string;
  readonly path?: string;
}

/** What would break callers of the first contract who meet the second. */
export async function breakingChanges(frozen: object, served: object): Promise<BreakingChange[]> {
  return inFolder(async (folder) => {
    const severityLevels = join(folder, 'severity.txt');
    await writeFile(severityLevels, await severities());
    const [base, revision] = await write(folder, frozen, served);
    const text = await oasdiff('breaking', base, revision, '--format', 'json', '--severity-levels', severityLevels);
    return (JSON.parse(text || '[]') as Finding[])
      .filter(({ level }) => level === 3)
      .map(({ operation, path, text, id }) => {
        return { operation: `${operation ?? ''} ${path ?? ''}`.trim(), text: text ?? '', check: id ?? '' };
      });
  });
}

/** Everything that differs, in words. */
export async function changelog(base: object, revision: object): Promise<string> {
  return inFolder(async (folder) => {
    const [from, to] = await write(folder, base, revision);
    const text = await oasdiff('changelog', from, to, '--format', 'text', '--color', 'never');
    return text.replaceAll(` at ${from}`, '').replaceAll(` at ${to}`, ''); // where it read them says nothing
  });
}

/** Every warning of oasdiff is an error here. */
async function severities(): Promise<string> {
  const checks = JSON.parse(await oasdiff('checks', '--format', 'json')) as { id: string; level: string }[];
  const warnings = checks.flatMap(({ id, level }) => (level.startsWith('warn') ? [id] : []));
  return [...new Set([...warnings, ...STRICTER])].map((id) => `${id} err\n`).join('');
}

async function write(folder: string, ...documents: [object, object]): Promise<[string, string]> {
  const paths: [string, string] = [join(folder, 'base.json'), join(folder, 'revision.json')];
  await writeFile(paths[0], JSON.stringify(documents[0]));
  await writeFile(paths[1], JSON.stringify(documents[1]));
  return paths;
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-oasdiff-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
