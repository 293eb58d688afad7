export { CloneRequest } from './clones/clone.dto.js';
export { TenantClones } from './clones/tenant-clones.js';
export { ArchiveFolder } from './exports/archive-folder.js';
export { ArchiveImport } from './imports/archive-import.js';
export { ImportQuery } from './imports/import.dto.js';
export { OnboardingModule, SeedsModule } from './onboarding.module.js';
export { TenantCreation } from './tenants/tenant-creation.js';
export { TenantDirectory } from './tenants/tenant-directory.js';
export { TenantEndings } from './tenants/tenant-endings.js';
export { NewTenantRequest, TenantQuery, type TenantView } from './tenants/tenant.dto.js';
export { type Mail } from './mail/mailer.js';
export { probeMail } from './mail/make-mailer.js';
export {
  SignupExtensions,
  type SignupAttempt,
  type SignupExtension,
  type SignupLetter,
} from './signup/signup-extensions.js';
