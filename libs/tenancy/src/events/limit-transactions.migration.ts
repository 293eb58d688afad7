import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tells too much in one transaction, which no patience mends, apart from a backlog that is full. */
export class LimitTransactions1795363200001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(admitWriting('TN004'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(admitWriting('TN003'));
  }
}

const admitWriting = (tooMuch: string) => `
  CREATE OR REPLACE FUNCTION platform.admit_writing(payload jsonb) RETURNS integer LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp AS $$
   DECLARE written integer := coalesce(nullif(current_setting('tenantry.written', true), ''), '0')::integer;
   BEGIN
     IF payload IS NULL OR jsonb_typeof(payload) <> 'object' OR octet_length(payload::text) > 65536 THEN
       RAISE EXCEPTION 'the payload is no object, or too large' USING ERRCODE = 'TN002';
     END IF;
     IF written >= 10000 THEN RAISE EXCEPTION 'too much in one transaction' USING ERRCODE = '${tooMuch}'; END IF;
     PERFORM set_config('tenantry.written', (written + 1)::text, true);
     RETURN written;
   END $$`;
