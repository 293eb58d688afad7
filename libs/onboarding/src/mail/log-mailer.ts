import { Logger } from '@nestjs/common';
import { Mailer, type Mail } from './mailer.js';

/** Writes mails to the log instead of sending them: for development. Who reads the log can sign up as anybody. */
export class LogMailer extends Mailer {
  private readonly logger = new Logger('Mail');

  constructor() {
    super();
    this.logger.warn('TENANTRY_MAIL=log: mails are written to the log and NOT SENT. Never use this in production.');
  }

  send({ to, subject, text }: Mail): Promise<void> {
    this.logger.warn(`NOT SENT, to ${to}: ${subject}\n${text}`);
    return Promise.resolve();
  }
}
