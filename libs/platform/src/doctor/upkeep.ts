import { finding, type Finding } from './finding.js';
import type { Patient } from './examine.js';

/** What a server of Postgres keeps back, and how near its end it is. */
export interface Upkeep {
  /** Transactions since the oldest row that was not frozen. */
  readonly age: number;
  /** Replication slots that nobody reads and for which over 1 GiB of journal is kept. */
  readonly slots: readonly string[];
  /** Whether the last attempt to archive the journal failed. */
  readonly is_archiving_failing: boolean;
  /** Prepared transactions, and sessions whose transaction is older than an hour. */
  readonly forgotten: readonly string[];
}

const STATE = `
  SELECT (SELECT age(datfrozenxid) FROM pg_database WHERE datname = current_database()) AS age,
         ARRAY(SELECT slot_name::text FROM pg_replication_slots
               WHERE NOT active AND pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) > 1073741824 ORDER BY 1) AS slots,
         (SELECT coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) FROM pg_stat_archiver)
           AS is_archiving_failing,
         ARRAY(SELECT 'prepared transaction ' || gid FROM pg_prepared_xacts
               WHERE database = current_database() AND prepared < now() - interval '10 minutes'
               UNION ALL SELECT 'session ' || pid FROM pg_stat_activity
               WHERE datname = current_database() AND xact_start < now() - interval '1 hour') AS forgotten`;

/** Of the 2^31 transactions after which Postgres takes no more writes. */
const [MANY, TOO_MANY] = [1_000_000_000, 1_800_000_000];

/** What fills a disk or stops a server after weeks. */
export async function examineUpkeep({ client }: Patient): Promise<Finding[]> {
  const { rows } = await client.query<Upkeep>(STATE);
  return rows.flatMap(judgeUpkeep);
}

export function judgeUpkeep({ age, slots, is_archiving_failing, forgotten }: Upkeep): Finding[] {
  return [
    finding('transaction numbers are far from running out', age < MANY, {
      detail: `${age} since the oldest row that is not frozen`,
      remedy: 'End old transactions and let autovacuum work, or run vacuumdb --freeze --jobs=4 on this database.',
      otherwise: age < TOO_MANY ? 'warning' : 'error',
    }),
    finding('no replication slot keeps the journal back', slots.length === 0, {
      detail: slots.join(', '),
      remedy: 'Start what reads it, or SELECT pg_drop_replication_slot(...); the journal fills the disk otherwise.',
      otherwise: 'warning',
    }),
    finding('the journal is archived', !is_archiving_failing, {
      detail: is_archiving_failing ? 'the last attempt failed' : '',
      remedy: 'See archive_command and the server’s log; the journal fills the disk otherwise.',
      otherwise: 'warning',
    }),
    finding('no transaction was forgotten', forgotten.length === 0, {
      detail: forgotten.slice(0, 5).join(', '),
      remedy: 'ROLLBACK PREPARED ..., or SELECT pg_terminate_backend(...): it holds locks and keeps dead rows.',
      otherwise: 'warning',
    }),
  ];
}
