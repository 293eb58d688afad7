import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import pg from 'pg';
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
  MANIFEST_LIMIT,
  partBytes,
  partEntry,
  SEAL_ENTRY,
  sealOf,
  type ArchivedPart,
  type ArchivedTable,
  type Manifest,
} from './archive-format.js';
import { ByteProgress } from './byte-progress.js';
import { readSequences } from './loading.js';
import { TenantNotPortable } from './portable.js';
import { qualified, readShape, type SchemaShape, type TableShape } from './schema-shape.js';

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

  constructor(
    private readonly client: pg.ClientBase,
    private readonly options: ArchiveOptions,
  ) {}

  async write(): Promise<WrittenArchive> {
    const { tenant, migrations, createdAt, checkpoint } = this.options;
    const schema = tenantSchema(tenant.id);
    const shape = await readShape(this.client, schema);
    await this.add(HEADER_ENTRY, Buffer.from(JSON.stringify({ format: FORMAT, formatVersion: FORMAT_VERSION })));
    const total = await this.sizeOf(schema, shape);
    const progress = new ByteProgress(total, checkpoint);
    const tables: ArchivedTable[] = [];
    for (const table of shape.tables)
      tables.push(await this.addTable(qualified(schema, table.name), table, partBytes(total), progress));
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
    return { manifest, sha256: await this.seal(manifest) };
  }

  abort(error: unknown): never {
    this.pack.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }

  /** @returns digest of the manifest */
  private async seal(manifest: Manifest): Promise<string> {
    const text = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
    if (text.length > MANIFEST_LIMIT) throw new TenantNotPortable('it has too many rows for one archive');
    await this.add(MANIFEST_ENTRY, text);
    const sha256 = digest(text);
    await this.add(SEAL_ENTRY, Buffer.from(sealOf(sha256)));
    this.pack.finalize();
    return sha256;
  }

  private async addTable(
    from: string,
    { name, columns, types, isPartitioned }: TableShape,
    size: number,
    progress: ByteProgress,
  ): Promise<ArchivedTable> {
    const parts: ArchivedPart[] = [];
    const list = columns.map(pg.escapeIdentifier).join(', ');
    const source = isPartitioned ? `(SELECT ${list} FROM ${from})` : `${from}${list && ` (${list})`}`;
    const rows = this.client.query(copyStreams.to(`COPY ${source} TO STDOUT`));
    let chunks: Buffer[] = [];
    let bytes = 0;
    const flush = async () => {
      const content = Buffer.concat(chunks, bytes);
      [chunks, bytes] = [[], 0];
      const entry = partEntry(name, parts.length + 1);
      await this.add(entry, content);
      parts.push({ entry, bytes: content.length, sha256: digest(content) });
      await progress.passed(content.length);
    };
    for await (const chunk of rows as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= size) await flush();
    }
    if (bytes > 0) await flush();
    return { name, columns: [...columns], types: [...types], rows: rows.rowCount, parts };
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

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
