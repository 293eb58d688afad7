import type { Mail } from '../mail/mailer.js';
import type { SignupLetter } from './signup-extensions.js';

/**
 * The built-in mail. It holds nothing that the sender of the request wrote: otherwise anybody could have a text of their
 * own sent to any address.
 */
export function signupLetter({ link, expiresAt }: SignupLetter): Omit<Mail, 'to'> {
  const until = expiresAt.toISOString().slice(0, 16).replace('T', ' ');
  const lines = [
    'Somebody, hopefully you, asked for an account with this address.',
    'Follow this link to confirm it:',
    `The link works once, until ${until} UTC. If it was not you, do nothing: nothing has been made.`,
  ];
  const [first, second, last] = lines;
  return {
    subject: 'Confirm your address',
    text: `${first}\n${second}\n\n${link}\n\n${last}\n`,
    html: `<p>${first}<br>${second}</p><p><a href="${link}">${link}</a></p><p>${last}</p>`,
  };
}
