/** One mail. The text must be complete without the HTML. */
export interface Mail {
  /** One address, checked before. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}

/** Sends mail. */
export abstract class Mailer {
  /** Resolves once the next server has taken it; it may arrive twice where a process dies between. */
  abstract send(mail: Mail): Promise<void>;
}
