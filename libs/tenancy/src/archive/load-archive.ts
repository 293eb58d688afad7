import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import type { Checkpoint } from '../operations/operation-step.js';
import { ArchiveIncompatible, ArchiveInvalid } from './archive.errors.js';
import type { ArchivedTable, Manifest } from './archive-format.js';
import { ByteProgress } from './byte-progress.js';
import { loadInto, writeSequences } from './loading.js';
import { openArchive, readArchive, type ArchiveEntry } from './read-archive.js';
import { readShape, tableWithColumns, type SchemaShape } from './schema-shape.js';

export interface LoadOptions {
  readonly file: string;
  readonly manifest: Manifest;
  readonly schema: string;
  /** Bytes that the archive may unpack to. */
  readonly limit: number;
  readonly checkpoint?: Checkpoint;
}

/**
 * Fills a schema, which has the archive's own migrations, with the rows of a verified archive. Names come from the
 * catalogue: those of the archive are only compared with them.
 *
 * @param client the owner's, in a transaction
 * @throws ARCHIVE_INCOMPATIBLE, ARCHIVE_INVALID
 */
export async function loadArchive(client: pg.ClientBase, options: LoadOptions): Promise<void> {
  const { manifest, schema } = options;
  const shape = await readShape(client, schema);
  refuseOther(shape, manifest);
  try {
    await loadInto(client, schema, shape, () => fill(client, options));
    await writeSequences(client, schema, manifest.sequences);
  } catch (error) {
    if (error instanceof pg.DatabaseError && /^(22|23)/.test(error.code ?? ''))
      throw new ArchiveInvalid('a row or a sequence does not meet the rules of its table', { cause: error });
    throw error;
  }
}

/** @throws ARCHIVE_INCOMPATIBLE when tables, columns or sequences are not those of the schema */
function refuseOther(shape: SchemaShape, manifest: Manifest): void {
  const expected = new Map(shape.tables.map((table) => [table.name, table]));
  for (const { name, columns, types } of manifest.tables) {
    const table = expected.get(name);
    if (!table) throw new ArchiveIncompatible('it has a table that its migrations do not make');
    if (!isSameSet(columns, table.columns)) throw new ArchiveIncompatible(`the columns of "${name}" differ`);
    const typeOf = new Map(table.columns.map((column, index) => [column, table.types[index]]));
    if (types.length !== columns.length || columns.some((column, index) => typeOf.get(column) !== types[index]))
      throw new ArchiveIncompatible(`the types of the columns of "${name}" differ`);
  }
  const names = manifest.tables.map(({ name }) => name);
  if (!isSameSet(names, [...expected.keys()])) throw new ArchiveIncompatible('a table is missing');
  const sequences = manifest.sequences.map(({ name }) => name);
  if (!isSameSet(sequences, shape.sequences)) throw new ArchiveIncompatible('the sequences differ');
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  const set = new Set(some);
  return set.size === some.length && some.length === others.length && others.every((each) => set.has(each));
}

async function fill(client: pg.ClientBase, options: LoadOptions): Promise<void> {
  const { file, manifest, schema, limit, checkpoint } = options;
  const total = manifest.tables.flatMap(({ parts }) => parts).reduce((sum, { bytes }) => sum + bytes, 0);
  const progress = new ByteProgress(total, checkpoint);
  const entries = readArchive(await openArchive(file), limit);
  try {
    await entries.next(); // the header
    for (const table of manifest.tables) {
      if (table.parts.length === 0) continue;
      const target = client.query(
        copyStreams.from(`COPY ${tableWithColumns(schema, table.name, table.columns)} FROM STDIN`),
      );
      await pipeline(rowsOf(table, entries, progress), target);
      if (target.rowCount !== table.rows) throw new ArchiveInvalid('rows were lost while they were read');
    }
  } finally {
    await entries.return(undefined);
  }
}

async function* rowsOf(
  { parts }: ArchivedTable,
  entries: AsyncGenerator<ArchiveEntry>,
  progress: ByteProgress,
): AsyncGenerator<Buffer> {
  for (const part of parts) {
    const next = await entries.next();
    if (next.done || next.value.name !== part.entry) throw new ArchiveInvalid('it changed while it was read');
    yield* next.value.content;
    await progress.passed(part.bytes);
  }
}
