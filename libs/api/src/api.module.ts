import { TenantryModule } from '@tenantry/kernel';
import { ConditionalChanges } from './conditional/conditional-changes.js';
import { CurrentRepresentation } from './conditional/current-representation.js';
import { RequestEffects } from './effects/request-effects.interceptor.js';
import { Readiness } from './health/readiness.js';
import { HealthController } from './health/health.controller.js';
import { CreateIdempotencyKey1793500200000 } from './idempotency/create-idempotency-key.migration.js';
import { IdempotencyKey } from './idempotency/idempotency-key.entity.js';
import { IdempotencyKeys } from './idempotency/idempotency-keys.js';
import { IdempotentAnswers } from './idempotency/idempotent-answers.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { ProblemsController } from './problems/problems.controller.js';
import { RootController } from './root.controller.js';

/** The HTTP contract: problems, HAL, health, idempotency keys, conditional requests. */
@TenantryModule({
  name: 'api',
  compatibility: '^1.0.0',
  entities: [IdempotencyKey],
  tenantMigrations: [CreateIdempotencyKey1793500200000],
  controllers: [HealthController, ProblemsController, RootController],
  providers: [
    ConditionalChanges,
    CurrentRepresentation,
    IdempotencyKeys,
    IdempotentAnswers,
    ProblemFilter,
    Readiness,
    RequestEffects,
  ],
  exports: [ProblemFilter, Readiness, RequestEffects],
})
export class ApiModule {}
