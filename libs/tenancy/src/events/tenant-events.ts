import { defineEvent, type EventDefinition } from '@tenantry/kernel';

/** What most events of a tenant's life say: which it is, by the name that people know. */
class Slug {
  slug!: string;
}

/** A tenant was made and can be used. */
export class TenantCreated extends Slug {
  name!: string;
  plan!: string;
}
export class TenantSuspended extends Slug {}
/** A suspended or deleted tenant is active again. */
export class TenantResumed extends Slug {
  from!: 'suspended' | 'deleted';
}
export class TenantMaintenanceBegan extends Slug {}
export class TenantMaintenanceEnded extends Slug {}
/** Softly: the tenant can be resumed until it is purged. */
export class TenantDeleted extends Slug {
  /** RFC 3339. */
  purgeAfter!: string;
}
/** Nothing is left of the tenant. */
export class TenantPurged extends Slug {}
export class TenantRenamed {
  from!: string;
  to!: string;
}
/** The name that people read, or the settings. */
export class TenantChanged extends Slug {
  changed!: ('name' | 'settings')[];
}
export class TenantPlanChanged {
  from!: string;
  to!: string;
}
/** The version of the HTTP contract that the tenant's callers get when they name none. */
export class TenantApiVersionChanged {
  from!: string;
  to!: string;
}
/** The tenant was made like another one; told before `tenant.created` of the same tenant. */
export class TenantCloned extends Slug {
  /** Id of the other one. */
  source!: string;
  /** Whether its rows came along. */
  data!: boolean;
}
/** An archive of the tenant was written. */
export class TenantExported extends Slug {
  exportId!: string;
}
/** The tenant was made of an archive; told before `tenant.created` of the same tenant. */
export class TenantImported extends Slug {}
/** All rows of the tenant are those of an archive now. */
export class TenantReplaced extends Slug {}
/** The tenant's tables are in a newer shape. Not told of tenants that are being made. */
export class TenantMigrated extends Slug {
  /** Names of those that were new to it. */
  migrations!: string[];
}

const DEFINITIONS = {
  'tenant.created': TenantCreated,
  'tenant.suspended': TenantSuspended,
  'tenant.resumed': TenantResumed,
  'tenant.maintenance-began': TenantMaintenanceBegan,
  'tenant.maintenance-ended': TenantMaintenanceEnded,
  'tenant.deleted': TenantDeleted,
  'tenant.purged': TenantPurged,
  'tenant.renamed': TenantRenamed,
  'tenant.changed': TenantChanged,
  'tenant.plan-changed': TenantPlanChanged,
  'tenant.api-version-changed': TenantApiVersionChanged,
  'tenant.cloned': TenantCloned,
  'tenant.exported': TenantExported,
  'tenant.imported': TenantImported,
  'tenant.replaced': TenantReplaced,
  'tenant.migrated': TenantMigrated,
};

/** What happens to tenants themselves. */
export type TenantEventType = keyof typeof DEFINITIONS;

/** What an event of this type says. */
export type TenantEventPayload<Type extends TenantEventType> = InstanceType<(typeof DEFINITIONS)[Type]>;

/** All events of a tenant's life, for listeners and for what describes them. */
export const TENANT_EVENTS: readonly EventDefinition[] = Object.entries(DEFINITIONS).map(([type, payload]) =>
  defineEvent<object>(type, payload),
);
