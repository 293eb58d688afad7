import { readdir, readFile } from 'node:fs/promises';
import { isId } from '@tenantry/kernel';
import type { TestClient } from './test-client.js';

/** One request as a caller of a released version sent it, and what it got. */
export interface Exchange {
  readonly what: string;
  readonly method: string;
  /** With `{name}` for what an earlier answer gave. */
  readonly path: string;
  readonly body?: unknown;
  /** Names for fields of the answer that later requests use. */
  readonly keep?: Readonly<Record<string, string>>;
  readonly status: number;
  /** What the answer holds at least; `<id>` and `<time>` stand for any. */
  readonly answer?: unknown;
}

const FOLDER = new URL('../../contracts/golden/', import.meta.url);

/** Versions of which traffic is kept. */
export async function goldenVersions(): Promise<string[]> {
  return (await readdir(FOLDER)).map((name) => name.replace(/\.json$/, '')).sort();
}

export async function goldenTraffic(version: string): Promise<Exchange[]> {
  return JSON.parse(await readFile(new URL(`${version}.json`, FOLDER), 'utf8')) as Exchange[];
}

/** Sends what was sent; gives, for each exchange, how its answer differs from the one that was got. */
export async function replay(client: TestClient, traffic: readonly Exchange[]): Promise<string[]> {
  const kept = new Map<string, string>();
  const faults: string[] = [];
  for (const { what, method, path, body, keep = {}, status, answer } of traffic) {
    const got = await client.send(method, fill(path, kept) as string, fill(body, kept));
    if (got.status !== status) faults.push(`${what}: ${got.status} instead of ${status}: ${got.text}`);
    else faults.push(...differences(got.body, fill(answer, kept), what));
    for (const [name, field] of Object.entries(keep)) kept.set(name, String(got.body[field]));
  }
  return faults;
}

function fill(value: unknown, kept: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return value.replace(/\{(\w+)\}/g, (whole, name: string) => kept.get(name) ?? whole);
  if (Array.isArray(value)) return value.map((each) => fill(each, kept));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fill(each, kept)]));
}

/** Where an answer lacks what was promised; what it has besides is no fault. */
function differences(got: unknown, promised: unknown, at: string): string[] {
  if (promised === undefined) return [];
  if (promised === '<id>') return typeof got === 'string' && isId(got) ? [] : [`${at}: no id`];
  if (promised === '<time>') return !Number.isNaN(Date.parse(String(got))) ? [] : [`${at}: no time`];
  if (typeof promised !== 'object' || promised === null) {
    return got === promised ? [] : [`${at}: ${JSON.stringify(got)} instead of ${JSON.stringify(promised)}`];
  }
  if (typeof got !== 'object' || got === null) return [`${at}: ${JSON.stringify(got)} instead of an object`];
  if (Array.isArray(promised) && promised.length !== (got as unknown[]).length) return [`${at}: another length`];
  return Object.entries(promised).flatMap(([name, each]) =>
    differences((got as Record<string, unknown>)[name], each, `${at}/${name}`),
  );
}
