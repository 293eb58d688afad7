import { Injectable } from '@nestjs/common';
import { toldFields } from '@tenantry/kernel';
import type { Tenant, TenantRequest } from '@tenantry/tenancy';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../problems/problem.js';
import { ApiContract, type RouteContract } from './api-contract.js';
import { bodySchema, operationOf } from './contract-document.js';
import { faultsBefore, queryNow } from './query-version.js';
import { noticeOf, type VersionNotice } from './version-notices.js';
import { VersionSunsets } from './version-sunsets.js';
import { ApiVersionSunset } from './version.errors.js';

/** A request with the version of the contract that its caller speaks. */
export type VersionedRequest = FastifyRequest &
  TenantRequest & {
    apiVersion?: string;
    /** Whether its query has the names of the newest version by now. */
    isMigrated?: boolean;
    /** What differs between its version and the newest; kept, because Fastify makes its route's options anew at every look. */
    routeContract?: RouteContract;
  };

const HEADER = 'api-version';

/** Lets every caller speak its own version of the contract; handlers see the newest only. */
@Injectable()
export class RequestVersions {
  /** Of each old version, the last that was made. */
  private readonly notices = new Map<string, { readonly sunset: string | undefined; readonly notice: VersionNotice }>();

  constructor(
    private readonly contract: ApiContract,
    private readonly sunsets: VersionSunsets,
  ) {}

  /**
   * Reads the version that the request asks for, before anything else is known of it.
   *
   * @throws API_VERSION_UNKNOWN
   */
  begin(request: VersionedRequest, reply: FastifyReply): void {
    const { versions } = this.contract.chain;
    const header = request.headers[HEADER];
    void reply.header(HEADER, versions.newest);
    if (header === undefined) return;
    request.apiVersion = versions.resolve(String(header));
    void reply.header(HEADER, request.apiVersion);
  }

  /**
   * Settles the version once the tenant is known.
   *
   * @param outlivesSunset the route answers callers of every version
   * @throws API_VERSION_SUNSET
   */
  settle(request: VersionedRequest, reply: FastifyReply, outlivesSunset: boolean): void {
    const version = request.apiVersion ?? this.pinOf(request.tenant);
    request.apiVersion = version;
    const notice = this.noticeFor(version);
    void reply.header(HEADER, version);
    if (notice) void reply.headers({ ...notice });
    if (notice && !outlivesSunset && this.sunsets.isOver(version)) {
      const { newest } = this.contract.chain.versions;
      throw new ApiVersionSunset(version, this.sunsets.of(version) ?? '', newest);
    }
  }

  /**
   * Brings the request's body and the names in its query to the newest version.
   *
   * @throws REQUEST_INVALID for a name in the query that has no equivalent there
   */
  migrate(request: VersionedRequest): void {
    const { apiVersion: version } = request;
    if (version === undefined) return;
    const { request: schema, names } = this.contractOf(request, version);
    if (schema && request.body !== undefined) request.body = this.contract.chain.up(version, request.body, schema);
    if (!names) return;
    request.query = queryNow(request.query, names);
    request.isMigrated = true;
  }

  /** The answer in the caller's version. */
  answer(document: unknown, request: VersionedRequest, reply: FastifyReply): unknown {
    const { apiVersion: version } = request;
    if (version === undefined || version === this.contract.chain.versions.newest) return document;
    const { answers } = this.contractOf(request, version);
    const schema = answers.get(String(reply.statusCode)) ?? answers.get('default');
    if (!schema) return document;
    return this.contract.chain.down(version, document, schema);
  }

  /** The properties that an answer can have, by what is told of it, as its caller names them. */
  toldFields(answer: unknown, request: VersionedRequest): readonly string[] | undefined {
    const { apiVersion: version } = request;
    const told = typeof answer === 'object' && answer !== null ? toldFields(answer) : undefined;
    const names = told && version !== undefined ? this.contractOf(request, version).names : undefined;
    return told && names ? names.toldIn(told) : told;
  }

  /** The problem document with its pointers into the body that the caller sent. */
  problem(problem: Problem, request: VersionedRequest): Problem {
    const { apiVersion: version, method, routeOptions } = request;
    if (!problem.errors || version === undefined || version === this.contract.chain.versions.newest) return problem;
    const { chain } = this.contract;
    const { names } = this.contractOf(request, version);
    if (names) return request.isMigrated ? { ...problem, errors: faultsBefore(problem.errors, names) } : problem;
    const schema = bodySchema(operationOf(chain.documentOf(version), method, routeOptions.url ?? '')?.requestBody);
    if (!schema) return problem;
    const errors = problem.errors.map(({ pointer, detail }) => {
      const path = pointer.split('/').slice(1);
      const before = chain.pathFor(version, path, schema);
      return { pointer: ['', ...before].join('/'), detail: renameIn(detail, path.at(-1), before.at(-1)) };
    });
    return { ...problem, errors };
  }

  /** The version of a request does not change once it is known. */
  private contractOf(request: VersionedRequest, version: string): RouteContract {
    return (request.routeContract ??= this.contract.of(version, request.method, request.routeOptions.url ?? ''));
  }

  private pinOf(tenant: Tenant | undefined): string {
    const { versions } = this.contract.chain;
    return tenant ? versions.ofPin(tenant.apiVersion) : versions.newest;
  }

  private noticeFor(version: string): VersionNotice | undefined {
    const sunset = this.sunsets.of(version);
    const known = this.notices.get(version);
    if (known && known.sunset === sunset) return known.notice;
    const successor = this.contract.chain.versions.after(version);
    if (successor === undefined) return undefined;
    const notice = noticeOf(version, successor, sunset);
    this.notices.set(version, { sunset, notice });
    return notice;
  }
}

/** A fault's text begins with the field's name when class-validator wrote it. */
function renameIn(detail: string, now = '', before = ''): string {
  return now !== '' && before !== '' && detail.startsWith(`${now} `) ? `${before}${detail.slice(now.length)}` : detail;
}
