/**
 * Collections that a class or a module keeps, and why none of them grows with tenants, users or requests for ever. What
 * does grow with them is made by `Caches`, which bounds it.
 */
export const KEPT_COLLECTIONS: Readonly<Record<string, string>> = {
  'libs/api/src/links/link-caller.ts NONE': 'never written to',
  'libs/api/src/links/links.ts CallerPlans.known': 'one for each pattern of a route',
  'libs/api/src/links/links.ts Links.places': 'one for each route',
  'libs/api/src/links/links.ts Links.readable': 'one for each route',
  'libs/api/src/links/links.ts Links.routes': 'one for each route',
  'libs/api/src/links/links.ts Links.versions': 'one for each version of the contract',
  'libs/api/src/links/template-keys.ts TemplateKeys.known': 'one for each pattern of a route',
  'libs/api/src/versions/api-contract.ts ApiContract.routes': 'one for each route',
  'libs/api/src/versions/request-versions.ts RequestVersions.notices': 'one for each version of the contract',
  'libs/api/src/versions/schema-walk.ts SchemaWalk.reaching': 'one for each schema of the contract',
  'libs/api/src/versions/value-conversion.ts ValueConversions.known': 'one for each schema of the contract and version',
  'libs/api/src/versions/version-chain.ts VersionChain.documents': 'one for each version of the contract',
  'libs/api/src/versions/version-chain.ts VersionChain.ways': 'one for each version of the contract',
  'libs/api/src/versions/version-sunsets.ts VersionSunsets.sunsets': 'one for each version of the contract',
  'libs/api/src/versions/version-usage.ts VersionUsage.uses':
    'written to the database at TENANTRY_TENANT_CACHE entries; gauge version-uses',
  'libs/auth/src/keys/signing-keys.ts SigningKeys.jwks': 'one for each signing key',
  'libs/auth/src/keys/signing-keys.ts SigningKeys.publicKeys': 'one for each signing key',
  'libs/auth/src/permissions/permission-catalogue.ts PermissionCatalogue.byRoles':
    'one for each set of built-in roles: eight',
  'libs/auth/src/sessions/session-revocations.ts SessionRevocations.revoked':
    'those that ended within TENANTRY_ACCESS_TOKEN_TTL; gauge ended-sessions',
  'libs/billing/src/features/plan-features.ts NONE': 'never written to',
  'libs/billing/src/usage/usage-meter.ts UsageMeter.counts':
    'written to the database at TENANTRY_TENANT_CACHE / 2 entries; gauge usage-counts',
  'libs/client/src/deprecation/deprecation-watch.ts DeprecationWatch.told': 'one for each operation of the contract',
  'libs/jobs/src/handlers/handlers.ts Handlers.crons': 'what modules declare',
  'libs/jobs/src/handlers/handlers.ts Handlers.listeners': 'what modules declare',
  'libs/jobs/src/handlers/handlers.ts Handlers.tasks': 'what modules declare',
  'libs/jobs/src/worker/hand-over.ts HandOver.told': 'takes no more than MOST; the next round finds the others',
  'libs/jobs/src/worker/presence.ts Presence.absent': 'one for each worker that holds tickets',
  'libs/jobs/src/worker/worker.ts Worker.shifts': 'one, and another while a former one ends',
  'libs/kernel/src/errors/define-error.ts catalogue': 'one for each error that the code declares',
  'libs/kernel/src/memory/caches.ts Caches.gauges': 'one for each cache that the code makes',
  'libs/onboarding/src/migrations/fleet-operations.ts FleetOperations.running': "one fleet's migration at a time",
  'libs/onboarding/src/operations/operation-sweeper.ts OperationSweeper.duties': 'what modules declare',
  'libs/onboarding/src/signup/signup-extensions.ts SignupExtensions.extensions': 'what modules declare',
  'libs/platform/src/openapi/hal-answers.ts HalAnswers.resources': 'one for each schema of the contract',
  'libs/tenancy/src/connection/tenant-client.ts TenantClient.served': 'closed beyond TENANTRY_TENANTS_PER_CONNECTION',
  'libs/tenancy/src/connection/tenant-pool.ts TenantPool.pools': 'one for each server',
  'libs/tenancy/src/migrations/announcements.ts Announcements.pending':
    'sent after 200 ms, in a command or an operation',
  'libs/tenancy/src/migrations/fleet-tally.ts FleetTally.failures': 'takes no more than KEPT',
  'libs/tenancy/src/migrations/tenant-migrations.ts NONE': 'never written to',
  'libs/tenancy/src/migrations/tenant-migrations.ts TenantMigrations.names': 'what modules declare',
  'libs/tenancy/src/migrations/tenant-migrations.ts TenantMigrations.recorded': 'what modules declare',
  'libs/tenancy/src/migrations/tenant-migrator.ts TenantMigrator.stages':
    'one for each set of migrations that tenants are left with: about one for each release',
  'libs/tenancy/src/operations/long-operations.ts LongOperations.kinds': 'what modules declare',
  'libs/tenancy/src/operations/long-operations.ts LongOperations.underWay':
    'operations that this process was told to carry out, two at a time; each leaves when it ends',
  'libs/tenancy/src/operations/operation-plans.ts OperationPlans.plans': 'what modules declare',
  'libs/tenancy/src/registry/notifications.ts Notifications.channels': 'what the code subscribes to',
  'libs/tenancy/src/registry/tenant-cache.ts TenantCache.inFlight': 'reads under way; each leaves when it is answered',
  'libs/tenancy/src/transaction/turns.ts Turns.waiting': 'statements of one request',
  'libs/tenancy/src/warm/warm-pool.ts WarmPool.timers': 'two',
};
