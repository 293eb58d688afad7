import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Cli } from './cli.js';

/** Reads a secret: asked for at a terminal, where it is not shown, else the first line of standard input. */
export async function askSecret({ input, terminal }: Cli, question: string): Promise<string> {
  if (!input.isTTY) return (await text(input)).split(/\r?\n/)[0] ?? '';
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const line = createInterface({ input, output: unseen, terminal: true });
  terminal.err.write(`${question}: `);
  try {
    return await line.question('');
  } finally {
    line.close();
    terminal.err.write('\n');
  }
}
