import { Injectable } from '@nestjs/common';
import {
  OwnerDatabase,
  TenantMigrations,
  type FleetMigrationResult,
  type FleetOptions,
  type FleetProgress,
  type StepContext,
  type TenantOperationEntity,
} from '@tenantry/tenancy';

type Client = StepContext['client'];

/** Key space of the advisory locks by which one process carries out an operation. */
const LOCK_SPACE = 0x7e4c;
/** Milliseconds between two records of how far it is. */
const RECORD_EVERY = 500;

/** What the operation's row was asked with, and how far it is, to be gone on with. */
interface Input extends Pick<FleetOptions, 'waves' | 'haltAt' | 'concurrency' | 'slugs'> {
  readonly target?: string;
  readonly reached?: FleetProgress;
}

/** Carries out one migration of the fleet, in one process at a time, and keeps its row up to date. */
@Injectable()
export class FleetOperationRun {
  constructor(
    private readonly owner: OwnerDatabase,
    private readonly migrations: TenantMigrations,
  ) {}

  async carryOut(operation: TenantOperationEntity, signal: AbortSignal): Promise<void> {
    const { id } = operation;
    const input = operation.input as Input;
    if (input.target !== this.migrations.target.id) return; // left to the software that knows these migrations
    await this.owner.withOperationClient(async (client) => {
      if (!(await tryLock(client, id))) return;
      try {
        if (!(await isRunning(client, id))) return;
        await this.migrate(client, operation, input, signal);
      } finally {
        await client.query('SELECT pg_advisory_unlock($1, hashtext($2))', [LOCK_SPACE, id]);
      }
    });
  }

  private async migrate(
    client: Client,
    { id, createdAt }: TenantOperationEntity,
    { waves, haltAt, concurrency, slugs, reached }: Input,
    signal: AbortSignal,
  ): Promise<void> {
    let latest = reached;
    let recording: Promise<unknown> = Promise.resolve();
    const record = () => {
      const progress = latest;
      if (progress) recording = recording.then(() => recordProgress(client, id, progress));
    };
    // Also when no tenant gets done: it tells other processes that this one is alive.
    const timer = setInterval(record, RECORD_EVERY);
    try {
      const result = await this.migrations.migrateAll({
        waves,
        haltAt,
        concurrency,
        slugs,
        since: createdAt,
        resumed: reached,
        signal,
        onProgress: (progress) => (latest = progress),
      });
      record();
      await recording;
      if (!signal.aborted || result.behind === 0) await finish(client, id, result);
    } finally {
      clearInterval(timer);
      await recording;
    }
  }
}

/** Names of the waves as the operation's steps. */
export function waveNames({ steps, input, result }: TenantOperationEntity): string[] {
  const reached = (input as Input).reached ?? (result as FleetProgress | null);
  const waves = reached?.waves ?? [];
  return waves.length > 0 ? waves.map((_, index) => waveName(index)) : steps.map(({ name }) => name);
}

const waveName = (index: number) => `wave-${index + 1}`;

async function recordProgress(client: Client, id: string, progress: FleetProgress): Promise<void> {
  const { done, failed, total, waves } = progress;
  const over = waves.flatMap((wave, index) => (wave.done + wave.failed >= wave.size ? [waveName(index)] : []));
  await client.query(
    `UPDATE platform.tenant_operation SET updated_at = now(), progress = $2,
       input = jsonb_set(input, '{reached}', $3),
       steps = steps || (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'finishedAt', now())), '[]')
                         FROM unnest($4::text[]) name
                         WHERE NOT steps @> jsonb_build_array(jsonb_build_object('name', name)))
     WHERE id = $1 AND status = 'running'`,
    [id, JSON.stringify({ done, failed, total }), JSON.stringify(progress), over],
  );
}

async function finish(client: Client, id: string, result: FleetMigrationResult): Promise<void> {
  const { migrated, failed, behind, halted, waves } = result;
  const isWhole = behind === 0 && failed === 0;
  const error = halted ? 'It stopped by itself: too many tenants failed.' : `${failed} tenants failed.`;
  await client.query(
    `UPDATE platform.tenant_operation SET status = $2, error = $3, result = $4, input = '{}', updated_at = now(),
       progress = coalesce(progress, '{"done": 0, "failed": 0, "total": 0}')
     WHERE id = $1 AND status = 'running'`,
    [
      id,
      isWhole ? 'succeeded' : 'failed',
      isWhole ? null : error,
      JSON.stringify({ migrated, failed, behind, halted, waves }),
    ],
  );
}

async function tryLock(client: Client, id: string): Promise<boolean> {
  const sql = 'SELECT pg_try_advisory_lock($1, hashtext($2)) AS locked';
  const { rows } = await client.query<{ locked: boolean }>(sql, [LOCK_SPACE, id]);
  return rows[0]?.locked ?? false;
}

/** Another process may have ended it a moment ago. */
async function isRunning(client: Client, id: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM platform.tenant_operation WHERE id = $1 AND status = 'running'`,
    [id],
  );
  return Boolean(rowCount);
}
