import { randomUUID } from 'node:crypto';
import { tenantSchema } from '@tenantry/tenancy';
import type { TestTenant } from '../support/test-platform.js';

export interface HttpHammerResult {
  readonly requests: number;
  /** Answers that hold something of another tenant. */
  readonly wrong: string[];
  /** Answers that nobody planned. */
  readonly surprises: string[];
  /** Answers by what was asked and what came. */
  readonly answers: Record<string, number>;
}

type Ask = 'list' | 'add' | 'keyed' | 'fail' | 'slow' | 'leak' | 'abort';

/** What may come: the statuses, or `aborted`. A busy server says 503, which is an answer too. */
const expected: Record<Ask, readonly string[]> = {
  list: ['200', '503'],
  add: ['201', '503'],
  keyed: ['201', '503'],
  fail: ['500', '503'],
  slow: ['503'],
  leak: ['201', '503'],
  abort: ['aborted', '201', '503'],
};

/** Of a thousand requests, how many of each. */
const shares: readonly [Ask, number][] = [
  ['list', 600],
  ['add', 150],
  ['keyed', 100],
  ['fail', 80],
  ['abort', 58],
  ['leak', 10],
  ['slow', 2],
];

/** Many workers that call the API as many tenants, leave early, and ask for what fails. */
export async function httpHammer(
  tenants: readonly TestTenant[],
  workers: number,
  requests: number,
): Promise<HttpHammerResult> {
  const result: HttpHammerResult = { requests, wrong: [], surprises: [], answers: {} };
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < requests) {
      const index = next++;
      const tenant = tenants[index % tenants.length];
      if (tenant) await ask(tenant, pick(index), result);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return result;
}

async function ask(tenant: TestTenant, what: Ask, result: HttpHammerResult): Promise<void> {
  const outcome = await send(tenant, what, result).catch((error: unknown) =>
    isAbort(error) ? 'aborted' : String(error),
  );
  const key = `${what} ${outcome}`;
  result.answers[key] = (result.answers[key] ?? 0) + 1;
  if (!expected[what].includes(outcome)) result.surprises.push(key);
}

async function send({ owner, slug, id }: TestTenant, what: Ask, { wrong }: HttpHammerResult): Promise<string> {
  const path = {
    list: '/marks',
    add: '/marks',
    keyed: '/marks',
    abort: '/marks',
    fail: '/marks/fail',
    slow: '/marks/slow',
    leak: '/marks/leak',
  }[what];
  const response = await fetch(new URL(path, owner.url), {
    method: what === 'list' ? 'GET' : 'POST',
    headers: {
      ...owner.headers,
      'content-type': 'application/json',
      ...(what === 'keyed' && { 'idempotency-key': randomUUID() }),
    },
    body: what === 'list' ? undefined : JSON.stringify({ tenant: slug }),
    signal: what === 'abort' ? AbortSignal.timeout(1) : undefined,
  });
  const text = await response.text();
  if (what === 'list' && response.status === 200) {
    const { slug: named, role, marks } = JSON.parse(text) as { slug: string; role: string; marks: string[] };
    if (named !== slug || role !== tenantSchema(id)) wrong.push(`${slug} was answered as ${named}, ${role}`);
    for (const mark of marks) if (mark !== slug) wrong.push(`${slug} saw a row of ${mark}`);
  }
  return String(response.status);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
}

function pick(index: number): Ask {
  let place = (Math.imul(index + 1, 0x9e3779b1) >>> 8) % 1000;
  return shares.find(([, share]) => (place -= share) < 0)?.[0] ?? 'list';
}
