import { examineEncryption } from './encryption.js';
import { finding, type Finding } from './finding.js';
import type { Patient } from './examine.js';

interface ServerState {
  readonly version: number;
  readonly name: string;
  readonly max_connections: number;
  readonly reserved: number;
  readonly lock_slots: number;
  readonly relations: number;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
  readonly timeouts: string[] | null;
  readonly now: Date;
}

const STATE = `
  SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name,
         current_setting('max_connections')::int AS max_connections,
         current_setting('superuser_reserved_connections')::int AS reserved,
         current_setting('max_locks_per_transaction')::int * current_setting('max_connections')::int AS lock_slots,
         (SELECT count(*)::int FROM pg_class WHERE relkind IN ('r', 'p', 'S', 'v', 'm')) AS relations,
         current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
         current_setting('synchronous_commit') AS synchronous_commit,
         (SELECT setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
          WHERE d.datname = current_database() AND s.setrole = to_regrole($1)) AS timeouts,
         clock_timestamp() AS now`;

/** Connections of a process besides its pool for tenants: control plane, owner, operations, notifications. */
const OTHERS = 5 + 4 + 4 + 1;
/** Seconds. */
const [SKEW, MUCH_SKEW] = [2, 30];

/** What the Postgres server is and how it is set. */
export async function examineServer({ client, settings }: Patient): Promise<Finding[]> {
  const app = `${settings.get('TENANTRY_INSTALLATION')}_app`;
  const before = Date.now();
  const { rows } = await client.query<ServerState>(STATE, [app]);
  const middle = (before + Date.now()) / 2;
  const [state] = rows;
  if (!state) return [];
  const pool = settings.get('TENANTRY_POOLER_URL') ? 0 : settings.get('TENANTRY_DATABASE_POOL');
  return [
    finding('Postgres is 15 to 18', state.version >= 150_000 && state.version < 190_000, {
      detail: state.name,
      remedy: 'Upgrade the server; newer ones than 18 are not tested.',
      otherwise: state.version < 150_000 ? 'error' : 'warning',
    }),
    examineConnections(state, pool),
    examineLocks(state),
    ...examineDurability(state),
    examineTimeouts(state, settings.get('TENANTRY_STATEMENT_TIMEOUT'), app),
    ...examineEncryption('the database', 'DATABASE_URL', client),
    examineClock(Math.abs(state.now.getTime() - middle) / 1000),
  ];
}

function examineConnections({ max_connections, reserved }: ServerState, pool: number): Finding {
  const [each, usable] = [pool + OTHERS, max_connections - reserved];
  const processes = Math.floor(usable / each);
  return finding('max_connections leaves room for two processes', processes >= 2, {
    detail: `${each} connections of each process at most, ${usable} to be had: ${processes} processes`,
    remedy: `ALTER SYSTEM SET max_connections = ${2 * each + reserved}; -- and restart, or lower TENANTRY_DATABASE_POOL, or use PgBouncer`,
    otherwise: processes < 1 ? 'error' : 'warning',
  });
}

/** pg_dump locks every table in one transaction. */
function examineLocks({ lock_slots, relations }: ServerState): Finding {
  return finding('there are locks enough to dump the whole database', lock_slots > relations, {
    detail: `${relations} relations, room for ${lock_slots} locks`,
    remedy:
      'ALTER SYSTEM SET max_locks_per_transaction = 1024; -- and restart; or back the cluster up with pg_basebackup',
    otherwise: 'warning',
  });
}

function examineDurability({ fsync, full_page_writes, synchronous_commit }: ServerState): Finding[] {
  return [
    finding('what is committed survives a crash', fsync === 'on' && full_page_writes === 'on', {
      detail: `fsync ${fsync}, full_page_writes ${full_page_writes}`,
      remedy: 'ALTER SYSTEM SET fsync = on; ALTER SYSTEM SET full_page_writes = on; SELECT pg_reload_conf();',
    }),
    finding('what was acknowledged is committed', synchronous_commit !== 'off', {
      detail: `synchronous_commit ${synchronous_commit}`,
      remedy: 'ALTER SYSTEM SET synchronous_commit = on; SELECT pg_reload_conf();',
      otherwise: 'warning',
    }),
  ];
}

function examineTimeouts({ timeouts }: ServerState, milliseconds: number, app: string): Finding {
  const expected = ['statement_timeout', 'idle_in_transaction_session_timeout'].map(
    (name) => `${name}=${milliseconds}`,
  );
  return finding(
    'tenants’ statements are timed out as set',
    expected.every((each) => timeouts?.includes(each)),
    {
      detail: timeouts?.join(', ') ?? `no timeouts on ${app}`,
      remedy: 'Let a superuser run the SQL of `tenantry roles sql` in this database.',
      otherwise: 'warning',
    },
  );
}

function examineClock(seconds: number): Finding {
  return finding('the clocks of this machine and of the database agree', seconds < SKEW, {
    detail: `${seconds.toFixed(1)} s apart`,
    remedy: 'Let both machines keep time by NTP (timedatectl set-ntp true).',
    otherwise: seconds < MUCH_SKEW ? 'warning' : 'error',
  });
}
