import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import copyStreams from 'pg-copy-streams';
import tar from 'tar-stream';
import type { Tenant } from '../context/tenant.js';
import { tenantSchema } from '../context/tenant-names.js';
import type { Checkpoint } from '../operations/operation-step.js';
import {
  FORMAT,
  FORMAT_VERSION,
  HEADER_ENTRY,
  MANIFEST_ENTRY,
  PART_BYTES,
  partEntry,
  type ArchivedPart,
  type ArchivedTable,
  type Manifest,
} from './archive-format.js';
import { readSequences } from './loading.js';
import { qualified, readShape, tableWithColumns, type SchemaShape, type TableShape } from './schema-shape.js';

export interface ArchiveOptions {
  readonly tenant: Tenant;
  /** Names of the migrations that its tables have. */
  readonly migrations: readonly string[];
  readonly createdAt: Date;
  readonly compress: boolean;
  readonly checkpoint?: Checkpoint;
}

/** What was written. */
export interface WrittenArchive {
  readonly manifest: Manifest;
  /** SHA-256 of the manifest, which has those of all parts; hexadecimal. */
  readonly sha256: string;
}

/**
 * Writes everything of a tenant as one archive: a tar of the rows in COPY's text format, in parts, and a manifest. Holds
 * about one part in memory.
 *
 * @param client the owner's, in a REPEATABLE READ transaction, so that all is of one moment
 */
export async function writeArchive(
  client: pg.ClientBase,
  options: ArchiveOptions,
  target: Writable,
): Promise<WrittenArchive> {
  const writer = new ArchiveWriter(client, options);
  const written = options.compress
    ? pipeline(writer.pack, createGzip({ level: 1 }), target)
    : pipeline(writer.pack, target);
  // Whichever fails first is what went wrong; the other one only ends because of it.
  const [, result] = await Promise.all([written, writer.write().catch((error: unknown) => writer.abort(error))]);
  return result;
}

class ArchiveWriter {
  readonly pack = tar.pack();
  private done = 0;

  constructor(
    private readonly client: pg.ClientBase,
    private readonly options: ArchiveOptions,
  ) {}

  async write(): Promise<WrittenArchive> {
    const { tenant, migrations, createdAt } = this.options;
    const schema = tenantSchema(tenant.id);
    const shape = await readShape(this.client, schema);
    await this.add(HEADER_ENTRY, Buffer.from(JSON.stringify({ format: FORMAT, formatVersion: FORMAT_VERSION })));
    const total = await this.sizeOf(schema, shape);
    const tables: ArchivedTable[] = [];
    for (const table of shape.tables) tables.push(await this.addTable(schema, table, total));
    const { id, slug, name, plan, apiVersion, settings } = tenant;
    const manifest: Manifest = {
      format: FORMAT,
      formatVersion: FORMAT_VERSION,
      createdAt: createdAt.toISOString(),
      tenant: { id, slug, name, plan, apiVersion, settings },
      migrations: [...migrations],
      tables,
      // After the rows: a sequence may be ahead of them, never behind.
      sequences: await readSequences(this.client, schema, shape),
    };
    const text = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
    await this.add(MANIFEST_ENTRY, text);
    this.pack.finalize();
    return { manifest, sha256: digest(text) };
  }

  abort(error: unknown): never {
    this.pack.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }

  private async addTable(
    schema: string,
    { name, columns, isPartitioned }: TableShape,
    total: number,
  ): Promise<ArchivedTable> {
    const parts: ArchivedPart[] = [];
    const source = isPartitioned
      ? `(SELECT ${columnList(columns)} FROM ${qualified(schema, name)})`
      : tableWithColumns(schema, name, columns);
    if (columns.length === 0) return { name, columns: [], rows: 0, parts };
    const rows = this.client.query(copyStreams.to(`COPY ${source} TO STDOUT`));
    let chunks: Buffer[] = [];
    let size = 0;
    const flush = async () => {
      const part = Buffer.concat(chunks, size);
      [chunks, size] = [[], 0];
      parts.push(await this.addPart(partEntry(name, parts.length + 1), part, total));
    };
    for await (const chunk of rows as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= PART_BYTES) await flush();
    }
    if (size > 0) await flush();
    return { name, columns: [...columns], rows: rows.rowCount, parts };
  }

  private async addPart(entry: string, content: Buffer, total: number): Promise<ArchivedPart> {
    await this.add(entry, content);
    this.done += content.length;
    await this.options.checkpoint?.({ done: this.done, total: Math.max(total, this.done) });
    return { entry, bytes: content.length, sha256: digest(content) };
  }

  private add(name: string, content: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const { createdAt: mtime } = this.options;
      const entry = this.pack.entry({ name, mtime, mode: 0o600 }, content, (error) =>
        error ? reject(error) : resolve(),
      );
      entry.on('error', reject); // where the disk is full it says so twice; unheard, the second would end the process
    });
  }

  /** About how many bytes there are to write: what the tables take on disk. */
  private async sizeOf(schema: string, { tables }: SchemaShape): Promise<number> {
    const { rows } = await this.client.query<{ bytes: string }>(
      `SELECT coalesce(sum(pg_table_size(c.oid)), 0)::text AS bytes FROM pg_class c
       WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r' AND $2::int > 0`,
      [schema, tables.length],
    );
    return Number(rows[0]?.bytes ?? 0);
  }
}

const columnList = (columns: readonly string[]): string =>
  columns.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ');

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
