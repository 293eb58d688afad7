import type { TestClient } from './test-client.js';
import { ended, succeeded } from './operations.js';
import type { TestPlatform, TestTenant } from './test-platform.js';

/** Exports a tenant and downloads the archive. */
export async function exportOf(
  { operator }: TestPlatform,
  { id }: Pick<TestTenant, 'id'>,
  options: object = {},
): Promise<Buffer> {
  const operation = await succeeded(operator, await operator.post(`/admin/tenants/${id}/export`, options));
  return download(operator, String((operation['result'] as { exportId: string }).exportId));
}

export async function download({ url, headers }: TestClient, exportId: string): Promise<Buffer> {
  const response = await fetch(new URL(`/admin/exports/${exportId}/archive`, url), { headers });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}

export interface ImportAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** Sends an archive; the answer is that of the request, which may have begun an operation. */
export async function importArchive(
  { url, headers }: TestClient,
  archive: Buffer,
  query: Record<string, string> = {},
  type = 'application/x-tar',
): Promise<ImportAnswer> {
  const response = await fetch(new URL(`/admin/imports?${new URLSearchParams(query).toString()}`, url), {
    method: 'POST',
    headers: { ...headers, 'content-type': type },
    body: new Uint8Array(archive),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: JSON.parse(text) as Record<string, unknown>,
  };
}

/** Imports an archive and waits for the end. */
export async function imported(
  operator: TestClient,
  archive: Buffer,
  query: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  return ended(operator, await importArchive(operator, archive, query));
}
