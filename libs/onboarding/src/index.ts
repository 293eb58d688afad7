export { OnboardingModule, SeedsModule } from './onboarding.module.js';
