import { Injectable } from '@nestjs/common';
import type { PrincipalRequest } from '@tenantry/kernel';
import { Caches, Settings } from '@tenantry/kernel';
import type { LRUCache } from 'lru-cache';
import {
  baseOf,
  fits,
  isHalDocument,
  linkCollection,
  linkMember,
  linkResource,
  type HalDocument,
} from './link-document.js';
import { pathOf } from '../request/path-of.js';
import { callerOf, mayCall, type LinkCaller } from './link-caller.js';
import { planLinks, type LinkPlan } from './link-plan.js';
import type { LinkedRoute } from './linked-route.js';
import { linkEmbedded } from './link-embedded.js';
import { placesOf, type Place } from './route-places.js';
import { isMember, nameOf, patternOf } from './route-pattern.js';
import { TemplateKeys } from './template-keys.js';

/** The part of a Fastify request that links are computed from. */
export interface LinkRequest extends PrincipalRequest {
  readonly method: string;
  readonly url: string;
  readonly params?: unknown;
  readonly routeOptions: { readonly url?: string };
  readonly tenant?: unknown;
  /** Version of the contract that the caller speaks. */
  readonly apiVersion?: string;
}

/** The routes with their forms as a version of the contract has them. */
type RoutesOfVersion = (version: string) => readonly LinkedRoute[];

interface Spoken {
  readonly routes: readonly LinkedRoute[];
  readonly keys: TemplateKeys;
}

/** The part of a Fastify reply that knows where something was made. */
export interface LinkReply {
  hasHeader(name: string): boolean;
  header(name: string, value: string): unknown;
}

/** The pattern of what cannot be read: one for all, because a plan is kept for each pattern. */
const NOWHERE = '?';

/**
 * Adds to HAL documents the links and forms that this caller may use in this tenant, and no others. What a kind of
 * resource shows to a kind of caller is computed once; a request only puts addresses together.
 */
@Injectable()
export class Links {
  private routes: readonly LinkedRoute[] = [];
  private routesOf: RoutesOfVersion = () => this.routes;
  private readonly versions = new Map<string, Spoken>();
  private readable: readonly string[] = [];
  private places: ReadonlyMap<string, Place> = new Map();
  /** Of kinds of callers: each a set of permissions, of features, a plane and a version. */
  private readonly plans: LRUCache<string, CallerPlans>;
  private readonly identities = new WeakMap<ReadonlySet<string>, number>();
  private sets = 0;

  constructor(caches: Caches, settings: Settings) {
    this.plans = caches.lru('links-of-callers', settings.get('TENANTRY_CALLER_CACHE'));
  }

  /** All routes of the platform, in the newest version and in each; called once, before it listens. */
  describe(routes: readonly LinkedRoute[], routesOf: RoutesOfVersion = () => routes): void {
    this.routes = routes;
    this.routesOf = routesOf;
    this.versions.clear();
    this.places = placesOf(routes);
    this.readable = routes.filter(({ method }) => method === 'GET').map(({ path }) => patternOf(path));
    this.plans.clear();
  }

  /** The document with its links; what is no HAL document stays as it is. */
  add(document: unknown, request: LinkRequest, reply: LinkReply): unknown {
    if (!isHalDocument(document)) return document;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const place = this.places.get(`${method} ${request.routeOptions.url ?? ''}`);
    if (!place) return document;
    const path = pathOf(request.url);
    const base = baseOf(document, place, path, request.params);
    if (base === undefined) return document;
    const plans = this.plansOf(callerOf(request), request.apiVersion);
    const plan = plans.of(place.pattern);
    if (place.kind === 'member') return located(linkMember(document, base, plan), reply);
    const ofEmbedded = (href: string) => plans.of(this.patternAt(href));
    const isCollection = place.kind === 'self' && document._embedded?.item && !isMember(place.pattern);
    if (!isCollection) return linkEmbedded(linkResource(document, base, plan), ofEmbedded);
    return linkEmbedded(linkCollection(document, base, plan, plans.of(`${place.pattern}/:`)), ofEmbedded);
  }

  /** Whether the guards would let the request's caller read what the route of this path reads. */
  mayRead(path: string, request: LinkRequest): boolean {
    const pattern = patternOf(path);
    const route = this.routes.find((each) => each.method === 'GET' && patternOf(each.path) === pattern);
    return route !== undefined && mayCall(route, callerOf(request));
  }

  /** The pattern of what can be read at an address: a fixed word goes before a parameter. */
  private patternAt(href: string): string {
    const able = this.readable.filter((pattern) => fits(href, pattern));
    return able.sort((a, b) => a.split(':').length - b.split(':').length)[0] ?? NOWHERE;
  }

  /** Routes behind the relation `<module>:<name>`. */
  relation(module: string, name: string): LinkedRoute[] {
    return this.routes.filter((route) => route.module === module && nameOf(route) === name);
  }

  /** Sets are told apart by identity: callers with the same roles share one, as do tenants with the same plan. */
  private plansOf(caller: LinkCaller, version: string | undefined): CallerPlans {
    const { kind, hasTenant, permissions, features } = caller;
    const key = `${version} ${kind} ${hasTenant} ${this.identity(permissions)} ${this.identity(features)}`;
    let plans = this.plans.get(key);
    if (!plans) {
      const { routes, keys } = this.speaking(version);
      plans = new CallerPlans(
        routes.filter((route) => mayCall(route, caller)),
        caller,
        keys,
      );
      this.plans.set(key, plans);
    }
    return plans;
  }

  private speaking(version = 'newest'): Spoken {
    const known = this.versions.get(version);
    if (known) return known;
    const routes = version === 'newest' ? this.routes : this.routesOf(version);
    const spoken = { routes, keys: new TemplateKeys(routes) };
    this.versions.set(version, spoken);
    return spoken;
  }

  private identity(set: ReadonlySet<string>): number {
    const known = this.identities.get(set);
    if (known !== undefined) return known;
    this.sets += 1;
    this.identities.set(set, this.sets);
    return this.sets;
  }
}

/** `Location` says what the document says of itself. */
function located(document: HalDocument, reply: LinkReply): HalDocument {
  const { self } = document._links;
  if (self && reply.hasHeader('location')) reply.header('location', self.href);
  return document;
}

/** The plans of one kind of caller, made when they are needed; there are as many as patterns of routes. */
class CallerPlans {
  private readonly known = new Map<string, LinkPlan>();
  constructor(
    private readonly routes: readonly LinkedRoute[],
    private readonly caller: LinkCaller,
    private readonly keys: TemplateKeys,
  ) {}

  of(pattern: string): LinkPlan {
    let plan = this.known.get(pattern);
    if (!plan) {
      plan = planLinks(pattern, this.routes, this.caller, this.keys);
      this.known.set(pattern, plan);
    }
    return plan;
  }
}
