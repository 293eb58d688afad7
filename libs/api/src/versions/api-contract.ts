import { Injectable } from '@nestjs/common';
import type { JsonSchema } from '@tenantry/kernel';
import { bodySchema, operationOf, resourceOf, type Operation } from './contract-document.js';
import { ResourceNames } from './resource-names.js';
import type { VersionChain } from './version-chain.js';

/** What differs between a version and the newest for one route. */
export interface RouteContract {
  /** Schema of the request's body, if it differs. */
  readonly request?: JsonSchema;
  /** Schemas of the answers that differ, by status. */
  readonly answers: ReadonlyMap<string, JsonSchema>;
  /** Names of the resource that is read, if they differ. */
  readonly names?: ResourceNames;
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
    if (method === 'HEAD') return this.of(version, 'GET', route); // its headers are those of GET
    const key = `${version} ${method} ${route}`;
    const known = this.routes.get(key);
    if (known) return known;
    const contract = this.read(version, method, route);
    this.routes.set(key, contract);
    return contract;
  }

  private read(version: string, method: string, route: string): RouteContract {
    const operation = operationOf(this.chain.documentOf(version), method, route) ?? {};
    const { requestBody, responses = {} } = operation;
    const names = this.names(version, method, route, operation);
    const request = this.differing(version, bodySchema(requestBody));
    const answers = Object.entries(responses).flatMap(([status, body]) => {
      const schema = this.differing(version, bodySchema(body));
      return schema ? [[status, schema] as const] : [];
    });
    return { ...(request && { request }), ...(names && { names }), answers: new Map(answers) };
  }

  private names(version: string, method: string, route: string, operation: Operation): ResourceNames | undefined {
    const { chain } = this;
    const schema = resourceOf(operation, chain.schemasOf(version));
    if (method !== 'GET' || schema === undefined || !chain.changesFieldsOf(version, schema)) return undefined;
    const newest = operationOf(chain.documentOf(chain.versions.newest), method, route);
    return new ResourceNames(chain, version, schema, newest?.['x-collection']);
  }

  private differing(version: string, schema: JsonSchema | undefined): JsonSchema | undefined {
    return schema && this.chain.touches(version, schema) ? schema : undefined;
  }
}
