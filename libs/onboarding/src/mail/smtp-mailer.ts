import { createTransport, type Transporter } from 'nodemailer';
import { Mailer, type Mail } from './mailer.js';

/** Milliseconds for a server to greet, and to answer. */
const PATIENCE = 15_000;

export interface SmtpServer {
  /** `smtp:` for STARTTLS (RFC 3207), `smtps:` for TLS from the start (RFC 8314). */
  readonly url: string;
  /** Refuses a server that has no STARTTLS: whoever stands between could take it away, and read the links. */
  readonly requireTls: boolean;
  /** Certificates in PEM that are trusted instead of the well-known ones. */
  readonly ca?: string | undefined;
}

export interface SmtpOptions extends SmtpServer {
  /** Sender. */
  readonly from: string;
}

/** Sends by SMTP (RFC 5321). A certificate that is not trusted, or of another host, ends it before anything is said. */
export class SmtpMailer extends Mailer {
  private readonly transport: Transporter;
  private readonly from: string;

  constructor({ from, ...server }: SmtpOptions) {
    super();
    this.from = from;
    this.transport = transportTo(server);
  }

  async send({ to, subject, text, html }: Mail): Promise<void> {
    // As an object, an address is taken as it is and never read as a list of several.
    await this.transport.sendMail({ from: this.from, to: { name: '', address: to }, subject, text, html });
  }
}

/** Resolves where the server greets and takes the credentials; sends nothing. Its answer is in the rejection. */
export async function probeSmtp(server: SmtpServer): Promise<void> {
  const transport = transportTo(server);
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}

function transportTo({ url, requireTls, ca }: SmtpServer): Transporter {
  return createTransport({
    url,
    requireTLS: requireTls,
    tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    // A mail is made of text alone: nothing in it may name a file or an address to read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
