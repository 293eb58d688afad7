import { SetMetadata } from '@nestjs/common';

export const OUTLIVES_SUNSET = 'tenantry:outlives-sunset';

/**
 * The route answers callers of a version that has ended too: for what leads them to another, and for what is not part
 * of the contract, such as health.
 */
export const OutlivesSunset = (): MethodDecorator & ClassDecorator => SetMetadata(OUTLIVES_SUNSET, true);
