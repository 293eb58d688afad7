import { Injectable } from '@nestjs/common';
import { OnEvent, TenantContext, TenantryModule, type DomainEvent } from '@tenantry/platform';

/** An event as it was told. */
export interface HeardEvent extends DomainEvent {
  /** Slug of the tenant inside which it was told; undefined outside of any. */
  readonly inside: string | undefined;
}

/** Keeps every event of these types, in the order in which they were told. */
export abstract class EverythingHeard {
  readonly events: HeardEvent[] = [];
  constructor(private readonly context: TenantContext) {}

  protected hear(event: DomainEvent): void {
    this.events.push({ ...event, inside: this.context.find()?.slug });
  }
}

/** A module with a listener for each of these types. */
export function listeningModule(types: readonly string[]) {
  @Injectable()
  class Heard extends EverythingHeard {
    constructor(context: TenantContext) {
      super(context);
    }
  }
  for (const [index, type] of types.entries()) {
    const descriptor = {
      configurable: true,
      value(this: { hear(event: DomainEvent): void }, event: DomainEvent) {
        this.hear(event);
      },
    };
    Object.defineProperty(Heard.prototype, `on${index}`, descriptor);
    OnEvent(type, { name: `heard.listener-${index}` })(Heard.prototype, `on${index}`, descriptor);
  }

  @TenantryModule({
    name: 'heard',
    compatibility: '^1.0.0',
    providers: [Heard, { provide: EverythingHeard, useExisting: Heard }],
  })
  class ListeningModule {}
  return ListeningModule;
}
