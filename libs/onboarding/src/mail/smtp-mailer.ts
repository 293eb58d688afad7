import { createTransport, type Transporter } from 'nodemailer';
import { Mailer, type Mail } from './mailer.js';

/** Milliseconds for a server to greet, and to answer. */
const PATIENCE = 15_000;

/** Sends by SMTP (RFC 5321), with STARTTLS where the server has it, or TLS from the start with `smtps:`. */
export class SmtpMailer extends Mailer {
  private readonly transport: Transporter;

  constructor(
    url: string,
    private readonly from: string,
  ) {
    super();
    this.transport = transportTo(url);
  }

  async send({ to, subject, text, html }: Mail): Promise<void> {
    // As an object, an address is taken as it is and never read as a list of several.
    await this.transport.sendMail({ from: this.from, to: { name: '', address: to }, subject, text, html });
  }
}

/** Resolves where the server greets and takes the credentials; sends nothing. Its answer is in the rejection. */
export async function probeSmtp(url: string): Promise<void> {
  const transport = transportTo(url);
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}

function transportTo(url: string): Transporter {
  return createTransport({
    url,
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    // A mail is made of text alone: nothing in it may name a file or an address to read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
