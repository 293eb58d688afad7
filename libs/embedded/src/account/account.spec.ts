import { describe, expect, it } from 'vitest';
import { parseServiceAccounts } from './account.js';

const PASSWD = `root:x:0:0:root:/root:/bin/bash
nobody:x:65000:65001:nobody:/nonexistent:/usr/sbin/nologin
postgresql:x:7:7::/:/bin/sh
`;

describe('the accounts that may run Postgres for root', () => {
  it('are postgres, when the machine has it, and nobody', () => {
    const accounts = parseServiceAccounts(`${PASSWD}postgres:x:101:104:PostgreSQL,,,:/var/lib/postgresql:/bin/bash\n`);
    expect(accounts).toEqual([
      { name: 'postgres', uid: 101, gid: 104 },
      { name: 'nobody', uid: 65000, gid: 65001 },
    ]);
  });

  it('are nobody alone on a fresh machine', () => {
    expect(parseServiceAccounts(PASSWD)).toEqual([{ name: 'nobody', uid: 65000, gid: 65001 }]);
    expect(parseServiceAccounts('')).toEqual([{ name: 'nobody', uid: 65534, gid: 65534 }]);
  });

  it('are never root under another name', () => {
    expect(parseServiceAccounts('postgres:x:0:0::/:/bin/sh')).toEqual([{ name: 'nobody', uid: 65534, gid: 65534 }]);
  });
});
