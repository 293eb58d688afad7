import { defineError } from '@tenantry/kernel';

export const MigrationRunning = defineError(
  'MIGRATION_RUNNING',
  409,
  'The fleet is being migrated: wait for the operation that is under way.',
);
