import { Column, Entity, PrimaryGeneratedColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { InstallationContent } from './test-installation.js';

/** A row that says whose it is, so that a row in the wrong place gives itself away. */
@Entity('mark')
export class Mark {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id!: string;

  @Column('text')
  tenant!: string;
}

class CreateMark1785628800001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE mark (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant text NOT NULL)');
    // A trigger in plpgsql: a tenant may fire one although it may not write one.
    await runner.query(`CREATE FUNCTION mark_trim() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN NEW.tenant := trim(NEW.tenant); RETURN NEW; END $$`);
    await runner.query('CREATE TRIGGER mark_trim BEFORE INSERT ON mark FOR EACH ROW EXECUTE FUNCTION mark_trim()');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE mark');
  }
}

export const markContent: InstallationContent = {
  entities: [Mark],
  module: { name: 'mark', compatibility: '^1.0.0', entities: [Mark], tenantMigrations: [CreateMark1785628800001] },
};
