import { BackgroundPayloadInvalid } from '@tenantry/tenancy';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import type { TaskHandler } from '../handlers/handlers.js';

/**
 * The payload as JSON, once it is what the task takes.
 *
 * @throws BACKGROUND_PAYLOAD_INVALID
 */
export async function checkPayload(handler: TaskHandler, payload: object): Promise<string> {
  const json = JSON.stringify(payload);
  await readPayload(handler, JSON.parse(json));
  return json;
}

/**
 * The payload as an instance of the task's class: on the way in, and again when it runs, perhaps in a later release.
 *
 * @throws BACKGROUND_PAYLOAD_INVALID
 */
export async function readPayload({ name, payload: type }: TaskHandler, plain: unknown): Promise<object> {
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) throw new BackgroundPayloadInvalid();
  if (!type) return plain;
  const instance = plainToInstance(type, plain);
  const faults = await validate(instance, { whitelist: true, forbidNonWhitelisted: true });
  if (faults.length === 0) return instance;
  const reasons = faults.map(
    ({ property, constraints }) => `${property}: ${Object.values(constraints ?? {}).join(', ')}`,
  );
  throw new BackgroundPayloadInvalid({ cause: new Error(`Payload of ${name}: ${reasons.join('; ')}`) });
}
