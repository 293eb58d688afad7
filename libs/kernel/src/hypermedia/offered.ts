import { SetMetadata } from '@nestjs/common';
import type { Settings } from '../settings/settings.js';

export const OFFERED = Symbol.for('tenantry:offered');

/** Whether an installation offers something. */
export type IsOffered = (settings: Settings) => boolean;

/**
 * Shows public routes of no tenant in the root document to callers without a credential, where the settings say so. It
 * shows and hides; a guard of the routes' own must refuse what is not offered.
 *
 * @since 0.1.0
 */
export const Offered = (isOffered: IsOffered): MethodDecorator & ClassDecorator => SetMetadata(OFFERED, isOffered);
