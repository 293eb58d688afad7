export { OnboardingModule, SeedsModule } from './onboarding.module.js';
export { TenantCreation } from './tenants/tenant-creation.js';
export { TenantDirectory } from './tenants/tenant-directory.js';
export { TenantEndings } from './tenants/tenant-endings.js';
export { NewTenantRequest, TenantQuery, type TenantView } from './tenants/tenant.dto.js';
