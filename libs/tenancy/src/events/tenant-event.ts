import type { TenantEventPayload, TenantEventType } from './tenant-events.js';

/** One of a tenant's life; written in the transaction that makes it happen. */
export type TenantEvent = {
  [Type in TenantEventType]: {
    readonly tenantId: string;
    readonly type: Type;
    readonly payload: TenantEventPayload<Type>;
  };
}[TenantEventType];

/** SQL that writes an event of a tenant's life; as the owner or the platform, in the transaction that makes it happen. */
export const WRITE_EVENT = 'platform.write_event($1, $2, $3, $4::jsonb)';

/** The values of `WRITE_EVENT`. */
export function eventValues({ tenantId, type, payload }: TenantEvent): string[] {
  return [tenantId, type, schemaOf(type), JSON.stringify(payload)];
}

/** Name of the payload's schema: `NoteCreated` of `notes.note-created`, `TenantCreated` of `tenant.created`. */
export function schemaOf(type: string): string {
  const [area = '', ...rest] = type.split('.');
  const what = rest.at(-1) ?? '';
  const words = what.includes('-') && area !== 'tenant' ? what : `${area}-${what}`;
  return words
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
