import { Injectable } from '@nestjs/common';
import type { PrincipalRequest } from '@tenantry/kernel';
import { LRUCache } from 'lru-cache';
import { baseOf, isHalDocument, linkCollection, linkMember, linkResource, type HalDocument } from './link-document.js';
import { callerOf, mayCall, type LinkCaller } from './link-caller.js';
import { planLinks, type LinkPlan } from './link-plan.js';
import type { LinkedRoute } from './linked-route.js';
import { placesOf, type Place } from './route-places.js';
import { isMember, nameOf } from './route-pattern.js';
import { TemplateKeys } from './template-keys.js';

/** The part of a Fastify request that links are computed from. */
export interface LinkRequest extends PrincipalRequest {
  readonly method: string;
  readonly url: string;
  readonly params?: unknown;
  readonly routeOptions: { readonly url?: string };
  readonly tenant?: unknown;
}

/** The part of a Fastify reply that knows where something was made. */
export interface LinkReply {
  hasHeader(name: string): boolean;
  header(name: string, value: string): unknown;
}

/** Kinds of callers that are remembered: each a set of permissions, of features, and a plane. */
const MOST_CALLERS = 1000;

/**
 * Adds to HAL documents the links and forms that this caller may use in this tenant, and no others. What a kind of
 * resource shows to a kind of caller is computed once; a request only puts addresses together.
 */
@Injectable()
export class Links {
  private routes: readonly LinkedRoute[] = [];
  private places: ReadonlyMap<string, Place> = new Map();
  private keys = new TemplateKeys([]);
  private readonly plans = new LRUCache<string, CallerPlans>({ max: MOST_CALLERS });
  private readonly identities = new WeakMap<ReadonlySet<string>, number>();
  private sets = 0;

  /** All routes of the platform; called once, before it listens. */
  describe(routes: readonly LinkedRoute[]): void {
    this.routes = routes;
    this.places = placesOf(routes);
    this.keys = new TemplateKeys(routes);
    this.plans.clear();
  }

  /** The document with its links; what is no HAL document stays as it is. */
  add(document: unknown, request: LinkRequest, reply: LinkReply): unknown {
    if (!isHalDocument(document)) return document;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const place = this.places.get(`${method} ${request.routeOptions.url ?? ''}`);
    if (!place) return document;
    const [path = ''] = request.url.split('?', 1);
    const base = baseOf(document, place, path, request.params);
    if (base === undefined) return document;
    const plans = this.plansOf(callerOf(request));
    const plan = plans.of(place.pattern);
    if (place.kind === 'member') return located(linkMember(document, base, plan), reply);
    const isCollection = place.kind === 'self' && document._embedded?.item && !isMember(place.pattern);
    if (isCollection) return linkCollection(document, base, plan, plans.of(`${place.pattern}/:`));
    return linkResource(document, base, plan);
  }

  /** Routes behind the relation `<module>:<name>`. */
  relation(module: string, name: string): LinkedRoute[] {
    return this.routes.filter((route) => route.module === module && nameOf(route) === name);
  }

  /** Sets are told apart by identity: callers with the same roles share one, as do tenants with the same plan. */
  private plansOf(caller: LinkCaller): CallerPlans {
    const { kind, hasTenant, permissions, features } = caller;
    const key = `${kind} ${hasTenant} ${this.identity(permissions)} ${this.identity(features)}`;
    let plans = this.plans.get(key);
    if (!plans) {
      plans = new CallerPlans(
        this.routes.filter((route) => mayCall(route, caller)),
        caller,
        this.keys,
      );
      this.plans.set(key, plans);
    }
    return plans;
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
