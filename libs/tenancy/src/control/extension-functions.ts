import type pg from 'pg';
import { TENANT_LOCK_SQL } from '../connection/tenant-lock.js';

/** `uuidv7()` for servers before 18, which have none: RFC 9562 section 5.7 over Postgres' own random UUID. */
const UUIDV7_SQL = `
  CREATE OR REPLACE FUNCTION extensions.uuidv7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE
  AS $$ SELECT encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid()) placing substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid $$`;

/** Makes the few functions that the platform gives to every tenant; idempotent, as the owner. */
export async function createExtensionFunctions(client: pg.ClientBase): Promise<void> {
  await client.query(TENANT_LOCK_SQL);
  await client.query(`
    DO $do$ BEGIN
      IF current_setting('server_version_num')::int < 180000 THEN EXECUTE $sql$${UUIDV7_SQL}$sql$; END IF;
    END $do$`);
}
