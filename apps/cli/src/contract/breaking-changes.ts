import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newCredentials } from './new-credentials.js';
import { oasdiff } from './oasdiff.js';
import { STRICTER_CHECKS } from './stricter-checks.js';

export interface BreakingChange {
  /** Such as `PATCH /orders/{id}`. */
  readonly operation: string;
  readonly text: string;
  /** oasdiff's name of the check, or one of ours. */
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
    const found = (JSON.parse(text || '[]') as Finding[]).filter(({ level }) => level === 3);
    return [
      ...found.map(({ operation, path, text, id }) => {
        return { operation: `${operation ?? ''} ${path ?? ''}`.trim(), text: text ?? '', check: id ?? '' };
      }),
      ...newCredentials(frozen, served), // of which oasdiff says only that they changed
    ];
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
  return [...new Set([...warnings, ...STRICTER_CHECKS])].map((id) => `${id} err\n`).join('');
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
