import { defineError } from '@tenantry/kernel';

export const JobUnknown = defineError('JOB_UNKNOWN', 404, 'There is no such job; one that is done is gone.');

export const JobNotDead = defineError('JOB_NOT_DEAD', 409, 'Only a dead job can be tried again; this one still is.');

export const JobRunning = defineError('JOB_RUNNING', 409, 'The job is running at this moment.');
