import type pg from 'pg';
import type { Finding } from './isolation-probe.js';
import { poolerClient, type PoolerProbeOptions } from './pooler-probe.js';

interface Console {
  readonly version: string;
  readonly config: ReadonlyMap<string, string>;
}

/** The first version without CVE-2025-12819. */
const SAFE_TRACKING = [1, 25, 1] as const;
const PREPARED = [1, 21, 0] as const;

/** What PgBouncer tells of itself to who is among its `stats_users`; nothing where we are not, or it is another pooler. */
export async function poolerConsole(options: PoolerProbeOptions): Promise<Finding[]> {
  const told = await ask(options.poolerUrl);
  if (!told) return [];
  const { version, config } = told;
  const tracked = listOf(config.get('track_extra_parameters'));
  const isTrackingUnsafe = tracked.includes('search_path') && isOlder(version, SAFE_TRACKING);
  const isPreparable = !isOlder(version, PREPARED) && Number(config.get('max_prepared_statements') ?? 0) > 0;
  const ignoresOptions = listOf(config.get('ignore_startup_parameters')).includes('options');
  const resetsAlways = config.get('server_reset_query_always') === '1';
  return [
    finding('the pooler lets no client run SQL before it is known', !isTrackingUnsafe, {
      told: version,
      amiss: `${version} with search_path among track_extra_parameters: CVE-2025-12819.`,
      remedy: 'Upgrade PgBouncer to 1.25.1 or newer, or take search_path out of track_extra_parameters.',
    }),
    finding('prepared statements go through the pooler as set', !options.isPrepared || isPreparable, {
      told: isPreparable ? 'it follows them' : 'it does not follow them',
      amiss: `TENANTRY_POOLER_PREPARED is set; ${version} has max_prepared_statements = ${config.get('max_prepared_statements') ?? 'none'}.`,
      remedy: 'Unset TENANTRY_POOLER_PREPARED; or use PgBouncer 1.21 or newer with max_prepared_statements above 0.',
    }),
    finding('the pooler drops no startup options silently', !ignoresOptions, {
      amiss: 'ignore_startup_parameters holds options, so that what a client sets there is lost without a word.',
      remedy: 'Take options out of ignore_startup_parameters.',
      isWarning: true,
    }),
    finding('the pooler does not reset connections that need no reset', !resetsAlways, {
      amiss:
        'server_reset_query_always costs each transaction a round trip; nothing of Tenantry stays on a connection.',
      remedy: 'Set server_reset_query_always = 0.',
      isWarning: true,
    }),
  ];
}

interface Words {
  readonly told?: string;
  readonly amiss: string;
  readonly remedy: string;
  readonly isWarning?: boolean;
}

function finding(check: string, ok: boolean, { told = '', amiss, remedy, isWarning }: Words): Finding {
  return { check, ok, detail: ok ? told : amiss, remedy, ...(isWarning && { isWarning }) };
}

async function ask(poolerUrl: string): Promise<Console | undefined> {
  const url = new URL(poolerUrl);
  url.pathname = '/pgbouncer';
  const client = poolerClient(url.href);
  try {
    await client.connect();
    const version = (await show(client, 'VERSION'))[0]?.['version'] ?? '';
    const config = await show(client, 'CONFIG');
    return { version, config: new Map(config.map(({ key = '', value = '' }) => [key, value])) };
  } catch {
    return undefined; // not among its stats_users
  } finally {
    await client.end();
  }
}

async function show(client: pg.Client, what: string): Promise<Record<string, string>[]> {
  return (await client.query<Record<string, string>>(`SHOW ${what}`)).rows;
}

function listOf(value = ''): string[] {
  return value.split(',').map((each) => each.trim());
}

/** `PgBouncer 1.18.0` is older than 1.21.0; what names no version is taken for old. */
export function isOlder(version: string, than: readonly [number, number, number]): boolean {
  const [, ...parts] = /(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  for (const [index, part] of than.entries()) {
    const found = Number(parts[index] ?? 0);
    if (found !== part) return found < part;
  }
  return false;
}
