import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type pg from 'pg';
import { examineCertificate } from './certificate.js';
import { finding, type Finding } from './finding.js';

const LOOPBACK = /^(::ffff:)?127\.|^::1$/;

/**
 * Whether what goes between this machine and a server can be read or changed on the way.
 *
 * @param server what it is, such as `the database`
 * @param setting where its address stands
 */
export function examineEncryption(server: string, setting: string, { connection }: pg.Client): Finding[] {
  const { stream } = connection;
  const isTls = stream instanceof TLSSocket;
  const isLocal =
    !(stream instanceof Socket) || stream.remoteAddress === undefined || LOOPBACK.test(stream.remoteAddress);
  const encrypted = finding(`the connection to ${server} is encrypted`, isTls || isLocal, {
    detail: isTls ? (stream.getProtocol() ?? 'TLS') : isLocal ? 'on this machine' : 'plain text over the network',
    remedy: `Add sslmode=verify-full (and sslrootcert=...) to ${setting}, and switch TLS on in ${server}.`,
  });
  if (!isTls) return [encrypted];
  const verified = finding(`the certificate of ${server} is verified`, stream.authorized, {
    detail: stream.authorized ? '' : String(stream.authorizationError ?? 'nobody knows who answers'),
    remedy: `Set sslmode=verify-full in ${setting}, and sslrootcert= to the file of its authority where that is your own.`,
    otherwise: 'warning',
  });
  const validTo = new Date(stream.getPeerCertificate().valid_to);
  return [encrypted, verified, examineCertificate(server, validTo, new Date())];
}
