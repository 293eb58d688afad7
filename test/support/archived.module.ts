import { TenantryModule } from '@tenantry/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables that are hard to copy: cycles of keys, generated columns, identities, triggers, partitions, odd values. */
export class CreateArchived1796000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE person (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        boss_id bigint REFERENCES person (id),
        home_id uuid,
        name text NOT NULL,
        loud text GENERATED ALWAYS AS (upper(name)) STORED,
        touched integer NOT NULL DEFAULT 0,
        data jsonb, picture bytea, since timestamptz, span interval, amount numeric(20, 6), ratio double precision, tags text[]
      )`);
    await runner.query('CREATE TABLE home (id uuid PRIMARY KEY, owner_id bigint NOT NULL REFERENCES person (id))');
    await runner.query(
      'ALTER TABLE person ADD CONSTRAINT person_home FOREIGN KEY (home_id) REFERENCES home (id) DEFERRABLE',
    );
    await runner.query(`CREATE SEQUENCE ticket_number START 1000 INCREMENT 5`);
    await runner.query(`CREATE TABLE "Odd table, ""quoted""" ("the id" integer PRIMARY KEY, "order" text)`);
    await runner.query('CREATE TABLE metering (day date NOT NULL, amount integer NOT NULL) PARTITION BY RANGE (day)');
    await runner.query(
      `CREATE TABLE metering_2026 PARTITION OF metering FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`,
    );
    await runner.query(`INSERT INTO metering VALUES ('2026-01-01', 1)`); // so that no new schema is empty
    await runner.query(`
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN NEW.touched = NEW.touched + 1; RETURN NEW; END $$`);
    await runner.query('CREATE TRIGGER touch BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION touch()');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE metering, "Odd table, ""quoted""", home, person CASCADE');
  }
}

@TenantryModule({ name: 'archived', compatibility: '^1.0.0', tenantMigrations: [CreateArchived1796000000000] })
export class ArchivedModule {}

/** Rows for these tables, whose schema is the search path. */
export const ARCHIVED_ROWS = `
  INSERT INTO person (name, data, picture, since, span, amount, ratio, tags) SELECT
    E'na\\tme\\n\\\\ ' || n || ' é 漢 \\.', jsonb_build_object('n', n, 'text', E'a\\nb'), decode('00ff0a5c', 'hex'),
    '2026-03-29 01:30:00.123456+00'::timestamptz + n * interval '1 day', interval '1 year 2 mons -3 days 04:05:06.789',
    1234567890.123456 + n, 0.1 + n, ARRAY['a,b', NULL, '"']
    FROM generate_series(1, 40) n;
  UPDATE person SET boss_id = id % 7 + 1;
  INSERT INTO home SELECT ('00000000-0000-7000-8000-' || lpad(id::text, 12, '0'))::uuid, id FROM person WHERE id < 20;
  UPDATE person SET home_id = (SELECT id FROM home WHERE owner_id = person.id);
  INSERT INTO "Odd table, ""quoted""" VALUES (1, ''), (2, NULL), (3, '\\N');
  INSERT INTO metering VALUES ('2026-02-03', 5), ('2026-05-06', 7);
  SELECT nextval('ticket_number'), nextval('ticket_number')`;
