import pg from 'pg';
import { poolerConsole } from './pooler-console.js';
import type { Finding } from './isolation-probe.js';
import { loginRoleName } from './login-roles.js';

export interface PoolerProbeOptions {
  /** Connection string of the application's login role through the pooler. */
  readonly poolerUrl: string;
  readonly installation: string;
  /** Whether the entering statement is prepared by name (`TENANTRY_POOLER_PREPARED`). */
  readonly isPrepared: boolean;
  /** Milliseconds for all of it; 5,000 when absent. */
  readonly patience?: number;
}

/** Milliseconds until a pooler that does not answer is given up. */
const PATIENCE = 5_000;
const GOODBYE = 500;
const ROUNDS = 5;

/** What a pooler must be for tenants' statements: asked over two connections, and of its console where it lets us in. */
export async function probePooler(options: PoolerProbeOptions): Promise<Finding[]> {
  const { poolerUrl, patience = PATIENCE } = options;
  const clients = [poolerClient(poolerUrl), poolerClient(poolerUrl)] as const;
  const late = pause(patience).then((): Finding[] => [unanswered(`It gave no whole answer within ${patience} ms.`)]);
  try {
    return await Promise.race([ask(clients, options), late]);
  } catch (error) {
    return [unanswered(error instanceof Error ? `${error.message}.` : 'It ended the connection.')];
  } finally {
    // One that says nothing does not say goodbye either.
    await Promise.race([Promise.all(clients.map((client) => client.end())), pause(GOODBYE)]);
  }
}

async function ask([first, second]: readonly [pg.Client, pg.Client], options: PoolerProbeOptions): Promise<Finding[]> {
  await Promise.all([first.connect(), second.connect()]);
  const login = await probeLogin(first, options.installation);
  const transactions = await probeTransactions(first);
  if (!transactions.ok) return [login, transactions];
  const isShared = await sharesConnections(first, second);
  return [
    login,
    transactions,
    probeSessions(isShared),
    ...(options.isPrepared && isShared ? [await probePrepared(first, second)] : []),
    ...(await poolerConsole(options)),
  ];
}

function unanswered(detail: string): Finding {
  return {
    check: 'the pooler answers',
    ok: false,
    detail,
    remedy:
      'See that TENANTRY_POOLER_URL is right, that the pooler runs and reaches Postgres, and that it knows the login.',
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

export function poolerClient(connectionString: string): pg.Client {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: PATIENCE, query_timeout: PATIENCE });
  client.on('error', () => undefined); // whoever waits for an answer hears of it
  return client;
}

/** A pooler can be set up to log in as somebody else than its client says. */
async function probeLogin(client: pg.Client, installation: string): Promise<Finding> {
  const { rows } = await client.query<{ name: string }>('SELECT session_user AS name');
  const name = rows[0]?.name ?? '';
  const ok = name === loginRoleName(installation, 'app');
  return {
    check: 'the pooler logs in as the application role',
    ok,
    detail: ok ? '' : `It logs in as ${name}.`,
    remedy: 'Let the pooler pass the login role on; remove user= from its [databases] entry.',
  };
}

/** Statement pooling refuses BEGIN, and everything that tenants do in transactions. */
async function probeTransactions(client: pg.Client): Promise<Finding> {
  const refusal = await client.query('BEGIN').then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!refusal) await client.query('ROLLBACK');
  return {
    check: 'the pooler lets a transaction keep its connection',
    ok: refusal === undefined,
    detail: refusal === undefined ? '' : 'It pools statements, so that no transaction can be had.',
    remedy: 'Set pool_mode = transaction in pgbouncer.ini.',
  };
}

/** Whether two clients met on one connection to Postgres, which session pooling never lets happen. */
async function sharesConnections(first: pg.Client, second: pg.Client): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round += 1) {
    if ((await backend(first)) === (await backend(second))) return true;
  }
  return false;
}

async function backend(client: pg.Client): Promise<number | undefined> {
  return (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
}

function probeSessions(isShared: boolean): Finding {
  return {
    check: 'the pooler shares its connections between clients',
    ok: isShared,
    isWarning: true,
    detail: isShared
      ? ''
      : 'It keeps tenants apart, but each client seems to hold a connection of its own: session pooling, or a busy pool.',
    remedy: 'Set pool_mode = transaction in pgbouncer.ini.',
  };
}

/** On a connection that both share, a pooler that does not follow prepared statements lets their names meet. */
async function probePrepared(first: pg.Client, second: pg.Client): Promise<Finding> {
  const statement = { name: 'tenantry_probe', text: 'SELECT 1' };
  const refusal = await first
    .query(statement)
    .then(() => second.query(statement))
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  return {
    check: 'the pooler follows prepared statements',
    ok: refusal === undefined,
    detail: refusal === undefined ? '' : 'TENANTRY_POOLER_PREPARED is set, and the pooler mixes their names up.',
    remedy: 'Unset TENANTRY_POOLER_PREPARED; or use PgBouncer 1.21 or newer with max_prepared_statements above 0.',
  };
}
