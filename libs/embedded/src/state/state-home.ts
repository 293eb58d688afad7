/** Where root keeps what Postgres' account could not reach elsewhere. */
export const STATE_HOME = '/var/lib/tenantry';
