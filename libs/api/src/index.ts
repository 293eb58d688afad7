export { ApiModule } from './api.module.js';
export { HalInterceptor } from './hal/hal.interceptor.js';
export { Draining } from './health/draining.js';
export { requestId } from './request/request-id.js';
export { PROBLEM_MEDIA_TYPE, type Problem } from './problems/problem.js';
export { ProblemFilter } from './problems/problem.filter.js';
export { ResourceConflict, ResourceUnknown } from './problems/http.errors.js';
export { validationPipe } from './validation/validation.pipe.js';
