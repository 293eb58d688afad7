import type { LoggerService } from '@nestjs/common';
import { TenantContext } from '@tenantry/tenancy';
import { pino, type DestinationStream, type Level, type Logger } from 'pino';

const context = new TenantContext();

const FRAMEWORK = new Set<unknown>([
  'InstanceLoader',
  'RouterExplorer',
  'RoutesResolver',
  'NestFactory',
  'NestApplication',
]);

/** Names of properties that may hold a secret; whatever stands under them is not written. */
const SECRET = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  'secret',
  'passwordHash',
  'tokenHash',
];

/**
 * One JSON object a line, with the request's id and the tenant of the running code. Nest and modules log through it by
 * Nest's own Logger.
 */
export class StructuredLogger implements LoggerService {
  private readonly pino: Logger;

  constructor(level: string, destination?: DestinationStream) {
    const options = {
      level,
      base: { service: 'tenantry' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
      redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
      mixin: () => {
        const tenant = context.find();
        return { requestId: context.requestId(), ...(tenant && { tenant: tenant.slug, tenantId: tenant.id }) };
      },
    };
    this.pino = destination ? pino(options, destination) : pino(options);
  }

  log(message: unknown, ...rest: unknown[]): void {
    // Nest tells of every module and route when it starts.
    this.write(FRAMEWORK.has(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Whether a line of `event` would be written. */
  get tellsEvents(): boolean {
    return this.pino.isLevelEnabled('info');
  }

  /** A line with fields of its own. */
  event(message: string, fields: Record<string, unknown>): void {
    this.pino.info(fields, message);
  }

  /** Nest passes the context last and, for errors, a stack before it. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    const name = rest.at(-1);
    const stack = level === 'error' && rest.length > 1 ? rest[0] : undefined;
    const error = message instanceof Error ? message : undefined;
    const text = error ? error.message : typeof message === 'string' ? message : undefined;
    this.pino[level](
      {
        ...(typeof name === 'string' && { context: name }),
        ...(text === undefined && { data: message }),
        ...((error?.stack ?? stack) !== undefined && { stack: error?.stack ?? stack }),
      },
      text,
    );
  }
}
