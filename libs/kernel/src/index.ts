export { ACCESS, type Access, type PublicCredential, type PublicTenant } from './access/access.js';
export { OperatorOnly, Public, Requires, SignedIn, type PublicOptions } from './access/access.decorators.js';
export {
  Caller,
  type OperatorPrincipal,
  type Principal,
  type PrincipalRequest,
  type UserPrincipal,
} from './access/principal.js';
export { Cron, declaredCrons, type DeclaredCron } from './background/cron.decorator.js';
export { defineEvent, type EventDefinition } from './background/define-event.js';
export { declaredListener, OnEvent, type DeclaredListener, type DomainEvent } from './background/on-event.decorator.js';
export {
  checkDottedName,
  declaredTask,
  defineTask,
  Task,
  type DeclaredTask,
  type JobRun,
  type TaskDefinition,
} from './background/task.decorator.js';
export {
  collectionDeclarations,
  embeddedResource,
  type EmbeddableOptions,
  Embeddable,
  Filterable,
  Sortable,
  type CollectionDeclarations,
} from './collection/declarations.js';
export { COLLECTION_OF, CollectionOf } from './collection/collection-of.js';
export { embed, embeddedIn, type EmbeddedRelation } from './collection/embedded.js';
export type { FilterParameter } from './collection/filter-parameter.js';
export { tellFields, toldFields } from './collection/known-fields.js';
export { defineError, errorCatalogue, type DefinedError, type ErrorDefinition } from './errors/define-error.js';
export { DomainError, type DomainErrorOptions, type FieldFault } from './errors/domain-error.js';
export { RequestInvalid } from './errors/request-invalid.js';
export { Throws, thrownBy } from './errors/throws.js';
export { FEATURE, RequiresFeature } from './features/requires-feature.js';
export { AVAILABLE_WHEN, AvailableWhen, REL, Rel, type IsAvailable } from './hypermedia/hypermedia.decorators.js';
export { Offered, OFFERED, type IsOffered } from './hypermedia/offered.js';
export { isId, newId } from './identity/new-id.js';
export { Ephemeral, isEphemeral } from './module/ephemeral.js';
export { Caches, CachesModule, type CacheGauge } from './memory/caches.js';
export {
  TenantryModule,
  tenantryMetadata,
  type EntityClass,
  type MigrationClass,
  type PermissionDeclaration,
  type TenantryModuleMetadata,
  type TenantSeed,
} from './module/tenantry-module.js';
export { CursorInvalid, decodeCursor, encodeCursor, MAX_CURSOR } from './page/cursor.js';
export { PageQuery } from './page/page.dto.js';
export { Page } from './page/page.js';
export { ResourceQuery } from './page/resource-query.dto.js';
export { InstallationSecret } from './secret/installation-secret.js';
export { SecretBox } from './secret/secret-box.js';
export { publicOrigin } from './settings/public-origin.js';
export { InvalidSettings, parseSettings, Settings } from './settings/settings.js';
export { Clock } from './time/clock.js';
export type { MaybePromise } from './time/maybe-promise.js';
export { MayBeAbsent } from './validation/may-be-absent.js';
export { MODULE_API_VERSION, NEWEST_API_VERSION, TENANTRY_VERSION } from './version.js';
export {
  schemaChange,
  type ApiChange,
  type ApiChangeClass,
  type FieldChange,
  type JsonObject,
  type SchemaChange,
} from './versions/api-change.js';
export { ApiVersions, ApiVersionUnknown, isVersionDate } from './versions/api-versions.js';
export type { JsonSchema } from './versions/json-schema.js';
export { newlyRequired } from './versions/newly-required.js';
export { removed } from './versions/removed.js';
export { renamed } from './versions/renamed.js';
export { replaced, type Replacement } from './versions/replaced.js';
export { revalued } from './versions/revalued.js';
