/** The platform's version (semver). */
export const TENANTRY_VERSION = '0.1.0';

/** Version of the contract between the platform and its modules (semver); `compatibility` of a module is compared with it. */
export const MODULE_API_VERSION = '1.0.0';

/** The newest version of the HTTP contract, to which new tenants are pinned. */
export const NEWEST_API_VERSION = '2026-11-22';
