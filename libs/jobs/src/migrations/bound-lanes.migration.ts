import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CHECK_BACKLOG, DELIVER } from './job-functions.js';
import { LANE_FUNCTIONS } from './lane-functions.js';

/**
 * Gives tasks and each listener a bound of their own. Tasks beyond it are refused; a listener that is too far behind finds
 * further events among its dead jobs, so that who writes never waits for who listens.
 */
export class BoundLanes1795363300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX job_dead_lane ON platform.job (tenant_id, lane) WHERE status = 'dead'`);
    for (const statement of LANE_FUNCTIONS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const before of [CHECK_BACKLOG, DELIVER])
      await runner.query(before.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION'));
    await runner.query(
      'DROP FUNCTION platform.listeners_behind(uuid), platform.lane_reaches(uuid, text, text, integer)',
    );
    await runner.query('DROP INDEX platform.job_dead_lane');
  }
}
