import { OperationSweeper } from '../../libs/onboarding/src/operations/operation-sweeper.js';
import { eventually } from './eventually.js';
import { NEWEST } from './order-history.js';
import type { TestClient, TestResponse } from './test-client.js';
import type { TestPlatform } from './test-platform.js';

/** Waits until an operation that was begun has ended. @returns it as its address tells it */
export async function ended(operator: TestClient, begun: TestResponse): Promise<Record<string, unknown>> {
  if (begun.status !== 202) throw new Error(`${begun.status} ${begun.text}`);
  const location = begun.headers.get('location') ?? '';
  // To callers of older versions every kind but purge is create.
  const newest = operator.with({ 'api-version': NEWEST });
  let body: Record<string, unknown> = {};
  await eventually(`${location} has ended`, async () => {
    ({ body } = await newest.get(location));
    return body['status'] !== 'running';
  });
  return body;
}

/** The same of one that must succeed. */
export async function succeeded(operator: TestClient, begun: TestResponse): Promise<Record<string, unknown>> {
  const body = await ended(operator, begun);
  if (body['status'] !== 'succeeded') throw new Error(JSON.stringify(body));
  return body;
}

/** From now on a platform takes up what is left, and does what is due, only when it is asked to: no round comes between. */
export const stopSweeping = ({ platform }: TestPlatform) =>
  platform.app.get(OperationSweeper, { strict: false }).onModuleDestroy();
