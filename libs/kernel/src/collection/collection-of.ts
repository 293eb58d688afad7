import { SetMetadata } from '@nestjs/common';
import type { EntityClass } from '../module/tenantry-module.js';

export const COLLECTION_OF = Symbol.for('tenantry:collection-of');

/**
 * Says whose rows a route lists where it answers with another class: by the properties of this entity clients filter and
 * sort, and OpenAPI names them. A route that answers with the entity itself needs no word.
 *
 * @since 0.1.0
 */
export const CollectionOf = (entity: EntityClass): MethodDecorator => SetMetadata(COLLECTION_OF, entity);
