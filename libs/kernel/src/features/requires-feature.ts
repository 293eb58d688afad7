import { SetMetadata } from '@nestjs/common';

export const FEATURE = Symbol.for('tenantry:feature');

/**
 * The route belongs to an optional feature. A tenant whose plan does not list it gets 402 `FEATURE_NOT_IN_PLAN`; one
 * whose settings say `features: { <name>: false }` gets 403 `FEATURE_SWITCHED_OFF`. Links to the route are hidden
 * likewise. For routes that belong to a tenant.
 *
 * @param feature `[a-z][a-z0-9-]*`, as operators list it in plans
 * @since 0.1.0
 */
export const RequiresFeature = (feature: string): MethodDecorator & ClassDecorator => SetMetadata(FEATURE, feature);
