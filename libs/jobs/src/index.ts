export { CronMinutes } from './cron/cron-minutes.js';
export { HandlerFault } from './handlers/handlers.js';
export { JobPruning } from './jobs/job-pruning.js';
export { JobsModule } from './jobs.module.js';
export { Tasks, type EnqueueOptions } from './tasks/tasks.js';
export { prepareWorkerSchema, WORKER_SCHEMA } from './worker/worker-schema.js';
export { Worker } from './worker/worker.js';
