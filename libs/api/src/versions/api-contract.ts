import { Injectable } from '@nestjs/common';
import type { JsonSchema } from '@tenantry/kernel';
import { bodySchema, operationOf } from './contract-document.js';
import type { VersionChain } from './version-chain.js';

/** What differs between a version and the newest for one route. */
export interface RouteContract {
  /** Schema of the request's body, if it differs. */
  readonly request?: JsonSchema;
  /** Schemas of the answers that differ, by status. */
  readonly answers: ReadonlyMap<string, JsonSchema>;
}

const SAME: RouteContract = { answers: new Map() };

/** The HTTP contract of this platform in all its versions; complete once the routes of all modules are known. */
@Injectable()
export class ApiContract {
  private installed?: VersionChain;
  private readonly routes = new Map<string, RouteContract>();

  /** Called once, before the server listens. */
  install(chain: VersionChain): void {
    this.installed = chain;
    this.routes.clear();
  }

  get chain(): VersionChain {
    if (!this.installed) throw new Error('The API contract is not complete yet.');
    return this.installed;
  }

  /** @param route the route's pattern with `:parameters` */
  of(version: string, method: string, route: string): RouteContract {
    if (version === this.chain.versions.newest) return SAME;
    const key = `${version} ${method} ${route}`;
    const known = this.routes.get(key);
    if (known) return known;
    const contract = this.read(version, method, route);
    this.routes.set(key, contract);
    return contract;
  }

  private read(version: string, method: string, route: string): RouteContract {
    const { requestBody, responses = {} } = operationOf(this.chain.documentOf(version), method, route) ?? {};
    const request = this.differing(version, bodySchema(requestBody));
    const answers = Object.entries(responses).flatMap(([status, body]) => {
      const schema = this.differing(version, bodySchema(body));
      return schema ? [[status, schema] as const] : [];
    });
    return { ...(request && { request }), answers: new Map(answers) };
  }

  private differing(version: string, schema: JsonSchema | undefined): JsonSchema | undefined {
    return schema && this.chain.touches(version, schema) ? schema : undefined;
  }
}
