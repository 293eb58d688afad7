import { z } from 'zod';

const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item.length > 0),
);
const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\/\S+$/, 'must be a postgres:// URL');
const domain = z
  .string()
  .toLowerCase()
  .regex(/^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'must be a domain name without a port');

const variables = z.object({
  PORT: integer(0, 65535).default(3000),
  HOST: z.string().min(1).default('0.0.0.0'),
  DATABASE_URL: postgresUrl.optional(),
  TENANTRY_POOLER_URL: postgresUrl.optional(),
  TENANTRY_POOLER_PREPARED: flag.default(false),
  TENANTRY_BASE_DOMAIN: domain.default('localhost'),
  TENANTRY_PUBLIC_URL: z.url().optional(),
  TENANTRY_OPERATOR_EMAIL: z.email().optional(),
  TENANTRY_OPERATOR_PASSWORD: z.string().min(12, 'must have at least 12 characters').max(256).optional(),
  TENANTRY_DATA_DIR: z.string().min(1).default('.tenantry'),
  TENANTRY_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  TENANTRY_INSTALLATION: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,30}$/, 'must be [a-z][a-z0-9_]*, at most 31 characters')
    .default('tenantry'),
  TENANTRY_DATABASE_POOL: integer(1, 1000).default(10),
  TENANTRY_TENANTS_PER_CONNECTION: integer(1, 1_000_000).default(500),
  TENANTRY_STATEMENT_TIMEOUT: integer(100, 3_600_000).default(30_000),
  TENANTRY_HARDENING: z.enum(['enforce', 'relax']).default('enforce'),
  TENANTRY_MIGRATE_AT_START: z.enum(['wait', 'background', 'never']).default('wait'),
  TENANTRY_MODULES: list.default([]),
  TENANTRY_TRUSTED_PROXIES: list.default([]),
  TENANTRY_CORS_ORIGINS: list.default([]),
  TENANTRY_BODY_LIMIT: integer(1024, 104_857_600).default(1_048_576),
  TENANTRY_ACCESS_TOKEN_TTL: integer(30, 3600).default(600),
  TENANTRY_SESSION_TTL: integer(300, 31_536_000).default(2_592_000),
  TENANTRY_INVITATION_TTL: integer(300, 31_536_000).default(604_800),
  TENANTRY_DELETE_GRACE: integer(0, 31_536_000).default(2_592_000),
  TENANTRY_RENAMED_SLUGS: z.enum(['redirect', 'refuse']).default('redirect'),
  TENANTRY_RENAMED_SLUG_TTL: integer(0, 315_360_000).default(2_592_000),
  TENANTRY_EXPORT_DIR: z.string().min(1).optional(),
  TENANTRY_EXPORT_RETENTION: integer(60, 315_360_000).default(604_800),
  TENANTRY_OPERATION_RETENTION: integer(172_800, 315_360_000).default(7_776_000),
  TENANTRY_IMPORT_LIMIT: integer(1024, 1_099_511_627_776).default(10_737_418_240),
  TENANTRY_USAGE_FLUSH: integer(1, 3600).default(10),
  TENANTRY_WARM_POOL_MIN: integer(0, 1000).default(2),
  TENANTRY_WARM_POOL_MAX: integer(0, 1000).default(20),
  TENANTRY_TENANT_CACHE: integer(1, 1_000_000).default(10_000),
  TENANTRY_SIGNUP: z.enum(['off', 'open']).default('off'),
  TENANTRY_SIGNUP_PLAN: z.string().min(1).max(40).default('free'),
  TENANTRY_SIGNUP_TTL: integer(300, 604_800).default(86_400),
  TENANTRY_SIGNUP_RATE: integer(1, 1_000_000).default(500),
  TENANTRY_SIGNUP_ALLOWED_DOMAINS: list.default([]),
  TENANTRY_SIGNUP_BLOCKED_DOMAINS: list.default([]),
  TENANTRY_MAIL: z.enum(['smtp', 'log']).default('smtp'),
  TENANTRY_MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]{3,320}$/, 'must be an address, such as Tenantry <noreply@example.com>')
    .optional(),
  TENANTRY_SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/\S+$/, 'must be an smtp:// or smtps:// URL')
    .optional(),
  TENANTRY_SMTP_TLS: z.enum(['required', 'offered']).default('required'),
  TENANTRY_SMTP_CA: z.string().min(1).optional(),
  TENANTRY_WORKER: z.enum(['embedded', 'off']).default('embedded'),
  TENANTRY_WORKER_CONCURRENCY: integer(1, 100).default(4),
  TENANTRY_JOBS_AT_ONCE: integer(1, 1000).default(2),
  TENANTRY_JOBS_BACKLOG: integer(1, 100_000_000).default(200_000),
  TENANTRY_EVENTS_BACKLOG: integer(1, 100_000_000).default(200_000),
  TENANTRY_JOB_RETENTION: integer(3600, 31_536_000).default(2_592_000),
  TENANTRY_EVENT_RETENTION: integer(0, 31_536_000).default(86_400),
  TENANTRY_TOKEN_CACHE: integer(1, 1_000_000).default(10_000),
  TENANTRY_CALLER_CACHE: integer(1, 100_000).default(1000),
  TENANTRY_METRICS_TOKEN: z.string().min(32, 'must have at least 32 characters').max(256).optional(),
  TENANTRY_DRAIN_TIMEOUT: integer(0, 600).default(25),
  TENANTRY_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

/** Every variable the platform reads, with its default. Docs: docs/operating.md, "Settings". */
export const settingsSchema = variables.superRefine((settings, context) => {
  if (settings.TENANTRY_SIGNUP === 'off' || settings.TENANTRY_MAIL === 'log') return;
  for (const name of ['TENANTRY_SMTP_URL', 'TENANTRY_MAIL_FROM'] as const) {
    const message = 'is needed for TENANTRY_SIGNUP=open (or TENANTRY_MAIL=log, for development)';
    if (settings[name] === undefined) context.addIssue({ code: 'custom', path: [name], message });
  }
});
