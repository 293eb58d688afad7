export { EmbeddedPostgresError } from './embedded-postgres.error.js';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.options.js';
export { startEmbeddedPostgres } from './start-embedded-postgres.js';
