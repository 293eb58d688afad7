import { TenantryModule } from '@tenantry/kernel';
import { ChangeTags } from './conditional/change-tags.js';
import { ConditionalChanges } from './conditional/conditional-changes.js';
import { CurrentRepresentation } from './conditional/current-representation.js';
import { RequestEffects } from './effects/request-effects.interceptor.js';
import { Readiness } from './health/readiness.js';
import { HealthController } from './health/health.controller.js';
import { CreateIdempotencyKey1793500200000 } from './idempotency/create-idempotency-key.migration.js';
import { IdempotencyKey } from './idempotency/idempotency-key.entity.js';
import { IdempotencyKeys } from './idempotency/idempotency-keys.js';
import { IdempotentAnswers } from './idempotency/idempotent-answers.js';
import { OperatorAnswers } from './idempotency/operator-answers.js';
import { SealedAnswers } from './idempotency/sealed-answers.js';
import { Links } from './links/links.js';
import { RelsController } from './links/rels.controller.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { ProblemsController } from './problems/problems.controller.js';
import { RootController } from './root.controller.js';
import { ApiContract } from './versions/api-contract.js';
import { ApiVersionGuard } from './versions/api-version.guard.js';
import { ApiVersionPinController } from './versions/api-version-pin.controller.js';
import { ApiVersionUseController } from './versions/api-version-use.controller.js';
import { ApiVersionsController } from './versions/api-versions.controller.js';
import { BodyVersionGuard } from './versions/body-version.guard.js';
import { CreateApiVersions1795305600000 } from './versions/create-api-versions.migration.js';
import { RequestVersions } from './versions/request-versions.js';
import { versionProviders } from './versions/version-providers.js';
import { VersionUsage } from './versions/version-usage.js';

const forHooks = [ChangeTags, Links, ProblemFilter, Readiness, RequestEffects];

/** The HTTP contract: problems, HAL, versions, idempotency keys, conditional requests, health. */
@TenantryModule({
  name: 'api',
  description: 'The root document, versions, health, and the kinds of problems.',
  compatibility: '^1.0.0',
  entities: [IdempotencyKey],
  tenantMigrations: [CreateIdempotencyKey1793500200000],
  platformMigrations: [CreateApiVersions1795305600000],
  permissions: {
    'settings:read': { description: 'See the settings of the tenant', roles: ['admin'] },
    'settings:write': { description: 'Change the settings of the tenant', roles: ['admin'] },
  },
  controllers: [
    ApiVersionPinController,
    ApiVersionsController,
    ApiVersionUseController,
    HealthController,
    ProblemsController,
    RelsController,
    RootController,
  ],
  providers: [
    ...forHooks,
    ...versionProviders,
    ConditionalChanges,
    CurrentRepresentation,
    IdempotencyKeys,
    IdempotentAnswers,
    OperatorAnswers,
    SealedAnswers,
  ],
  exports: [...forHooks, ApiContract, ApiVersionGuard, BodyVersionGuard, RequestVersions, VersionUsage],
})
export class ApiModule {}
