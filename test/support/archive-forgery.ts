import { createHash } from 'node:crypto';
import tar from 'tar-stream';

export interface Entry {
  readonly header: tar.Headers;
  readonly content: Buffer;
}

interface Table {
  name: string;
  columns: string[];
  types: string[];
  rows: number;
  parts: { entry: string; bytes: number; sha256: string }[];
}

export interface ArchiveManifest {
  formatVersion: number;
  migrations: string[];
  tenant: Record<string, unknown>;
  tables: Table[];
  sequences: { name: string; lastValue: string; isCalled: boolean }[];
}

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

export async function unpack(archive: Buffer): Promise<Entry[]> {
  const read: Entry[] = [];
  const extract = tar.extract();
  extract.end(archive);
  for await (const entry of extract) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    read.push({ header: entry.header, content: Buffer.concat(chunks) });
  }
  return read;
}

export async function packed(entries: readonly Entry[]): Promise<Buffer> {
  const pack = tar.pack();
  const chunks: Buffer[] = [];
  const done = (async () => {
    for await (const chunk of pack as AsyncIterable<Buffer>) chunks.push(chunk);
  })();
  for (const { header, content } of entries) pack.entry({ ...header, size: content.length }, content);
  pack.finalize();
  await done;
  return Buffer.concat(chunks);
}

export function manifestOf(entries: readonly Entry[]): ArchiveManifest {
  const entry = entries.find(({ header }) => header.name === 'manifest.json');
  return JSON.parse(entry?.content.toString() ?? '') as ArchiveManifest;
}

/** The entries before the manifest, then this manifest with its right digest. */
export function sealed(entries: readonly Entry[], manifest: object): Promise<Buffer> {
  const content = Buffer.from(JSON.stringify(manifest));
  return packed([
    ...entries.filter(({ header }) => !header.name.startsWith('manifest.')),
    { header: { name: 'manifest.json' }, content },
    { header: { name: 'manifest.sha256' }, content: Buffer.from(`${sha256(content)}  manifest.json\n`) },
  ]);
}

/** The archive with another manifest, as somebody writes it who knows how. */
export function lying(entries: readonly Entry[], change: (manifest: ArchiveManifest) => void): Promise<Buffer> {
  const manifest = manifestOf(entries);
  change(manifest);
  return sealed(entries, manifest);
}

/** The archive with other rows of a table, and a manifest that says so. */
export function withRows(entries: readonly Entry[], name: string, text: string, rows: number): Promise<Buffer> {
  const content = Buffer.from(text);
  const manifest = manifestOf(entries);
  const [part] = tableOf(manifest, name).parts;
  if (!part) throw new Error(`The archive has no rows of ${name}.`);
  tableOf(manifest, name).rows = rows;
  const others = entries.map((each) => (each.header.name === part.entry ? { ...each, content } : each));
  Object.assign(part, { bytes: content.length, sha256: sha256(content) });
  return sealed(others, manifest);
}

export function tableOf({ tables }: ArchiveManifest, name: string): Table {
  const found = tables.find((table) => table.name === name);
  if (!found) throw new Error(`There is no table ${name}.`);
  return found;
}

/** A header of this type and size with a right checksum, and what follows it. */
export function rawHeader(name: string, typeflag: string, size: string | Buffer): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000600\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  if (typeof size === 'string') block.write(size, 124);
  else size.copy(block, 124);
  block.write('00000000000\0', 136);
  block.write(typeflag, 156);
  block.write('ustar\u000000', 257);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
