export { ApiModule } from './api.module.js';
export { presentHal } from './hal/present-hal.js';
export { Readiness } from './health/readiness.js';
export { readJson } from './request/read-json.js';
export { requestId } from './request/request-id.js';
export { PROBLEM_MEDIA_TYPE, problemOf, problemType, type Problem } from './problems/problem.js';
export { ProblemFilter } from './problems/problem.filter.js';
export { RequestMalformed, ResourceConflict, ResourceUnknown } from './problems/http.errors.js';
export { validationPipe } from './validation/validation.pipe.js';
