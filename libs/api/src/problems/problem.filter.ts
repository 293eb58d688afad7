import { Catch, Injectable, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { DomainError } from '@tenantry/kernel';
import { TenantAvailability, TenantMoved, TenantUnavailable } from '@tenantry/tenancy';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { databaseProblem } from './database-problem.js';
import { frameworkProblem } from './framework-problem.js';
import { RequestVersions } from '../versions/request-versions.js';
import { ServerError } from './http.errors.js';
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.js';

/** Turns every error into a problem document. What is a fault of ours is logged with the request's id, and only there. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');

  constructor(
    private readonly availability: TenantAvailability,
    private readonly versions: RequestVersions,
  ) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    await this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** For errors that arise before Nest has the request, such as a malformed body. */
  async answer(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (error instanceof TenantMoved) {
      await reply.header('cache-control', 'no-store').redirect(error.location, 308);
      return;
    }
    const known = await this.explain(error);
    // That a tenant is under maintenance was decided by an operator: no fault to log at each of its requests.
    if (known.status >= 500 && known.code !== TenantUnavailable.definition.code)
      this.log(known.status === 500 ? error : known, known);
    if (reply.sent || reply.raw.headersSent) return;
    await reply
      .code(known.status)
      .headers(known.headers)
      .header('cache-control', 'no-store')
      .type(PROBLEM_MEDIA_TYPE)
      .send(JSON.stringify(this.versions.problem(problemOf(known, request.id), request)));
  }

  private async explain(error: unknown): Promise<DomainError> {
    const explained = (await this.availability.explain(error)) ?? error;
    if (explained instanceof DomainError) return explained;
    return databaseProblem(explained) ?? frameworkProblem(explained) ?? new ServerError({ cause: explained });
  }

  private log(error: unknown, known: DomainError): void {
    const stack = error instanceof Error ? error.stack : String(error);
    this.logger.error(`${known.code}: ${error instanceof Error ? error.message : 'not an Error'}`, stack);
  }
}
