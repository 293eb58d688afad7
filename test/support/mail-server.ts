import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import type { Certificate } from './certificate.js';
import { eventually } from './eventually.js';

/** A mail as it came over the wire. */
export interface ReceivedMail {
  /** Addresses of the envelope. */
  readonly to: readonly string[];
  readonly raw: string;
  /** Whether it came by TLS. */
  readonly secure: boolean;
}

export interface MailServerOptions {
  /** TLS when the client asks for it, or from the start; none at all when absent. */
  readonly tls?: 'starttls' | 'implicit';
  readonly certificate?: Certificate;
  /** Any that is free when absent. */
  readonly port?: number;
}

/** An SMTP server on the loopback that keeps what it is given. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  /** Refuses mails while it is set, as a server that is out of order does. */
  isRefusing = false;
  refusals = 0;
  /** Names that signed in. */
  readonly logins: string[] = [];
  private readonly server: SMTPServer;

  private constructor({ tls, certificate }: MailServerOptions) {
    this.server = new SMTPServer({
      ...certificate,
      secure: tls === 'implicit',
      authOptional: true,
      disabledCommands: tls === 'starttls' ? [] : ['STARTTLS'],
      onAuth: (auth, _session, done) => {
        this.logins.push(auth.username ?? '');
        done(null, { user: auth.username });
      },
      onData: (stream, session, done) => {
        void text(stream).then((raw) => {
          if (!this.isRefusing)
            this.mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw, secure: session.secure });
          else this.refusals += 1;
          done(this.isRefusing ? Object.assign(new Error('try again later'), { responseCode: 451 }) : null);
        });
      },
    });
  }

  static async start(options: MailServerOptions = {}): Promise<MailServer> {
    const mails = new MailServer(options);
    mails.server.on('error', () => undefined); // a client that breaks off is what is tested
    mails.server.listen(options.port ?? 0, '127.0.0.1');
    await once(mails.server.server, 'listening');
    return mails;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** The mails to this address, once there are so many. */
  async to(address: string, count = 1): Promise<ReceivedMail[]> {
    const found = () => this.mails.filter(({ to }) => to.includes(address));
    await eventually(`${count} mails to ${address}`, () => Promise.resolve(found().length >= count));
    return found();
  }

  /** The token in the only mail to this address. */
  async tokenFor(address: string): Promise<string> {
    const [mail] = await this.to(address);
    return tokenIn(mail?.raw ?? '');
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** Undoes quoted-printable (RFC 2045 section 6.7), as far as a link needs it. */
export function tokenIn(raw: string): string {
  const plain = raw.replace(/=\r?\n/g, '').replaceAll('=3D', '=');
  const token = /#token=([\w-]+)/.exec(plain)?.[1];
  if (!token) throw new Error(`No token in:\n${plain}`);
  return token;
}
