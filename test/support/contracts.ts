import type { INestApplication } from '@nestjs/common';
import { ApiContract } from '@tenantry/api';
import { Contract, type ContractDocument, type Exchange } from './contract.js';
import { frozenContract, isReleased } from './frozen-contract.js';
import { SPOKEN } from './spoken-version.js';

const contracts = new WeakMap<INestApplication, Contracts>();

/**
 * The contracts of a platform: each answer is held against the document of the version that it speaks, as it is served,
 * and as it was frozen when that version was released.
 */
export class Contracts {
  private readonly served = new Map<string, Contract>();
  private readonly isReleased: (path: string) => boolean;

  constructor(private readonly app: INestApplication) {
    this.isReleased = isReleased(app);
  }

  /** The version that clients of this run speak where a test names none. */
  readonly spoken = SPOKEN;

  /** @throws ContractBroken saying what a document does not allow */
  check(exchange: Exchange): void {
    const { chain } = this.app.get(ApiContract);
    const version = exchange.headers.get('api-version') ?? chain.versions.newest;
    const served = this.served.get(version) ?? new Contract(chain.documentOf(version) as unknown as ContractDocument);
    this.served.set(version, served);
    served.check(exchange);
    if (this.isReleased(exchange.path)) frozenContract(version)?.check(exchange);
  }
}

export function contractsOf(app: INestApplication): Contracts {
  const known = contracts.get(app) ?? new Contracts(app);
  contracts.set(app, known);
  return known;
}
