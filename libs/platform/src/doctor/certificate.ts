import { finding, type Finding } from './finding.js';

const DAY = 86_400_000;
/** Days before its end that a certificate is told. */
const SOON = 21;

/** Whether the certificate of a server will be good for a while. */
export function examineCertificate(server: string, validTo: Date, now: Date): Finding {
  const days = Math.floor((validTo.getTime() - now.getTime()) / DAY);
  return finding(`the certificate of ${server} is good for a while`, days >= SOON, {
    detail: days < 0 ? `expired on ${validTo.toISOString()}` : `expires in ${days} days, on ${validTo.toISOString()}`,
    remedy: `Renew the certificate of ${server}; connections are refused once it has expired.`,
    otherwise: days < 0 ? 'error' : 'warning',
  });
}
