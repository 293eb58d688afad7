import { TenantryModule } from '@tenantry/kernel';
import { Readiness } from './health/readiness.js';
import { HealthController } from './health/health.controller.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { ProblemsController } from './problems/problems.controller.js';
import { RootController } from './root.controller.js';

/** The HTTP contract: problems, HAL, health. */
@TenantryModule({
  name: 'api',
  description: 'The root document, health, and the kinds of problems.',
  compatibility: '^1.0.0',
  controllers: [HealthController, ProblemsController, RootController],
  providers: [ProblemFilter, Readiness],
  exports: [ProblemFilter, Readiness],
})
export class ApiModule {}
