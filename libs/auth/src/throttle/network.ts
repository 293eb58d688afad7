import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

/** An IPv6 client owns a /64 at least. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const groups =
    tail === undefined ? left : [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** What stands for a name in tables that should not hold it. */
export function digest(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}
