import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The outbox: events written in the transaction that causes them, and what a tenant's role may call to write one. */
export class CreateEvents1794000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE platform.event (
        id uuid PRIMARY KEY,
        tenant_id uuid NOT NULL,
        type text NOT NULL,
        schema text NOT NULL,
        payload jsonb NOT NULL,
        occurred_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
    await runner.query('CREATE INDEX event_occurred ON platform.event (occurred_at)');
    await runner.query(`
      CREATE TABLE platform.event_listener (
        type text NOT NULL,
        name text NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (type, name)
      )`);
    for (const statement of FUNCTIONS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION extensions.emit_event(text, text, jsonb)');
    await runner.query('DROP FUNCTION platform.write_event(uuid, text, text, jsonb)');
    await runner.query('DROP FUNCTION platform.admit_writing(jsonb)');
    await runner.query('DROP FUNCTION platform.entered_tenant()');
    await runner.query('DROP TABLE platform.event_listener, platform.event');
  }
}

/**
 * The tenant is taken from the role that entered, which a tenant cannot change, not from a parameter. What a tenant's role
 * may call is in `extensions` and runs as the owner; all else is in `platform`, which no tenant may use.
 */
const FUNCTIONS = [
  `CREATE FUNCTION platform.entered_tenant() RETURNS uuid LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
   DECLARE entered text := current_setting('role');
   BEGIN
     IF entered !~ '^t_[0-9a-f]{32}$' THEN RAISE EXCEPTION 'no tenant was entered' USING ERRCODE = 'TN000'; END IF;
     RETURN substr(entered, 3)::uuid;
   END $$`,
  // Counts what one transaction writes, so that a single statement cannot write without end.
  `CREATE FUNCTION platform.admit_writing(payload jsonb) RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
   DECLARE written integer := coalesce(nullif(current_setting('tenantry.written', true), ''), '0')::integer;
   BEGIN
     IF payload IS NULL OR jsonb_typeof(payload) <> 'object' OR octet_length(payload::text) > 65536 THEN
       RAISE EXCEPTION 'the payload is no object, or too large' USING ERRCODE = 'TN002';
     END IF;
     IF written >= 10000 THEN RAISE EXCEPTION 'too much in one transaction' USING ERRCODE = 'TN003'; END IF;
     PERFORM set_config('tenantry.written', (written + 1)::text, true);
     RETURN written;
   END $$`,
  // Nothing is kept of what nobody listens to. A listener that no process has had for a week is gone.
  `CREATE FUNCTION platform.write_event(of_tenant uuid, of_type text, of_schema text, of_payload jsonb) RETURNS uuid
   LANGUAGE plpgsql SET search_path = pg_catalog, extensions, pg_temp AS $$
   DECLARE made uuid;
   BEGIN
     IF NOT EXISTS (SELECT FROM platform.event_listener l WHERE l.type = of_type AND l.seen_at > now() - interval '7 days') THEN
       RETURN NULL;
     END IF;
     made := uuidv7();
     INSERT INTO platform.event (id, tenant_id, type, schema, payload) VALUES (made, of_tenant, of_type, of_schema, of_payload);
     RETURN made;
   END $$`,
  `CREATE FUNCTION extensions.emit_event(type text, schema text, payload jsonb) RETURNS uuid
   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
   DECLARE tenant uuid := platform.entered_tenant();
   BEGIN
     IF type IS NULL OR type !~ '^[a-z][a-z0-9.-]{0,99}$' OR type LIKE 'tenant.%' OR schema IS NULL OR schema !~ '^[A-Za-z][A-Za-z0-9]{0,99}$' THEN
       RAISE EXCEPTION 'no name of an event' USING ERRCODE = 'TN001';
     END IF;
     PERFORM platform.admit_writing(payload);
     RETURN platform.write_event(tenant, type, schema, payload);
   END $$`,
];
