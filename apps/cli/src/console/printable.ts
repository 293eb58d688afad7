import { stripVTControlCharacters } from 'node:util';

/** Text that a person sees as it stands: a tenant's name must not move the cursor or colour the screen. */
export function printable(text: string, keep?: 'lines'): string {
  const plain = stripVTControlCharacters(text);
  // Direction marks (U+202A to U+202E, U+2066 to U+2069) would show a line in another order than it has.
  const hidden = keep ? /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu : /\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;
  return plain.replace(hidden, '\ufffd');
}
