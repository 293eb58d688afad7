import { TenantryModule } from '@tenantry/kernel';
import { Readiness } from './health/readiness.js';
import { HealthController } from './health/health.controller.js';
import { Links } from './links/links.js';
import { RelsController } from './links/rels.controller.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { ProblemsController } from './problems/problems.controller.js';
import { RootController } from './root.controller.js';

/** The HTTP contract: problems, HAL, health. */
@TenantryModule({
  name: 'api',
  compatibility: '^1.0.0',
  controllers: [HealthController, ProblemsController, RelsController, RootController],
  providers: [Links, ProblemFilter, Readiness],
  exports: [Links, ProblemFilter, Readiness],
})
export class ApiModule {}
