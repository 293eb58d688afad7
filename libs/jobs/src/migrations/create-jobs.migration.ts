import type { MigrationInterface, QueryRunner } from 'typeorm';
import { JOB_FUNCTIONS } from './job-functions.js';

/** Jobs as they are told by tenants, before and beside their tickets in graphile-worker's own schema. */
export class CreateJobs1794000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE platform.job_limit (
        name text PRIMARY KEY,
        value integer NOT NULL
      )`);
    await runner.query(
      'CREATE TABLE platform.job_task (name text PRIMARY KEY, seen_at timestamptz NOT NULL DEFAULT now())',
    );
    await runner.query(
      'CREATE TABLE platform.job_cron (task text, expression text, minute timestamptz, PRIMARY KEY (task, expression, minute))',
    );
    await runner.query(`
      CREATE TABLE platform.job (
        id uuid PRIMARY KEY,
        seq bigserial NOT NULL,
        tenant_id uuid NOT NULL,
        task text NOT NULL,
        lane text NOT NULL DEFAULT '',
        detached boolean NOT NULL DEFAULT false,
        payload jsonb NOT NULL DEFAULT '{}',
        event_id uuid REFERENCES platform.event (id),
        key text,
        status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'handed', 'running', 'dead')),
        priority smallint NOT NULL DEFAULT 0,
        run_at timestamptz NOT NULL DEFAULT now(),
        attempts smallint NOT NULL DEFAULT 0,
        max_attempts smallint NOT NULL DEFAULT 10,
        ticket integer NOT NULL DEFAULT 0,
        error text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    for (const index of INDEXES) await runner.query(index);
    for (const statement of JOB_FUNCTIONS) await runner.query(statement);
    await runner.query(
      'CREATE TRIGGER event_deliveries AFTER INSERT ON platform.event FOR EACH ROW EXECUTE FUNCTION platform.add_deliveries()',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER event_deliveries ON platform.event');
    await runner.query('DROP FUNCTION extensions.enqueue_task(text, jsonb, timestamptz, text, integer, integer)');
    await runner.query(
      'DROP FUNCTION platform.add_deliveries(), platform.hand_over_jobs(uuid), platform.due_tenants()',
    );
    await runner.query('DROP FUNCTION platform.enqueue_cron(text, text, timestamptz)');
    await runner.query(
      'DROP FUNCTION platform.next_jobs(uuid, text, timestamptz, integer), platform.check_backlog(uuid)',
    );
    await runner.query('DROP TABLE platform.job, platform.job_cron, platform.job_task, platform.job_limit');
  }
}

const INDEXES = [
  `CREATE INDEX job_waiting ON platform.job (tenant_id, lane, priority, run_at, seq) WHERE status = 'waiting'`,
  `CREATE INDEX job_lane ON platform.job (tenant_id, lane, seq) WHERE status = 'waiting' AND lane <> ''`,
  `CREATE INDEX job_due ON platform.job (tenant_id, run_at) WHERE status = 'waiting'`,
  `CREATE INDEX job_outstanding ON platform.job (tenant_id, lane) WHERE status IN ('handed', 'running')`,
  `CREATE UNIQUE INDEX job_key ON platform.job (tenant_id, task, key) WHERE key IS NOT NULL AND status IN ('waiting', 'handed')`,
  `CREATE INDEX job_event ON platform.job (event_id) WHERE event_id IS NOT NULL`,
  `CREATE INDEX job_dead ON platform.job (id) WHERE status = 'dead'`,
];
