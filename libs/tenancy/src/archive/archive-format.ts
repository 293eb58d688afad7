import { z } from 'zod';

/** Written first into every archive, so that a reader knows at once whether it understands the rest. */
export const HEADER_ENTRY = 'tenantry.json';
/** Written after the rows, because only then rows and digests are known. */
export const MANIFEST_ENTRY = 'manifest.json';
/** Written last: the manifest's own digest, as `sha256sum -c` reads it. */
export const SEAL_ENTRY = 'manifest.sha256';
export const FORMAT = 'tenantry-export';
export const FORMAT_VERSION = 1;

/** Of a tenant that is not very large. */
const PART_BYTES = 1_048_576;
/** Parts that all rows are about to make when the tenant is large, so that the manifest can list them. */
const MOST_PARTS = 50_000;
/** Largest manifest that is read, in bytes. */
export const MANIFEST_LIMIT = 67_108_864;
export const MOST_ENTRIES = 1_000_000;

export const headerSchema = z.object({ format: z.literal(FORMAT), formatVersion: z.number().int().positive() });

const name = z.string().min(1).max(63);
const count = z.number().int().nonnegative();

const partSchema = z.object({
  entry: z.string().min(1).max(300),
  bytes: count,
  /** Hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const tableSchema = z.object({
  name,
  columns: z.array(name).max(1600),
  /** Of the columns, as Postgres names them: a value goes back only into the type that it comes from. */
  types: z.array(z.string().max(300)).max(1600),
  rows: count,
  parts: z.array(partSchema),
});

const sequenceSchema = z.object({
  name,
  /** A number of 64 bits. */
  lastValue: z.string().regex(/^-?\d{1,19}$/),
  isCalled: z.boolean(),
});

/** What an archive holds, and how to know that it is whole. */
export const manifestSchema = z.object({
  format: z.literal(FORMAT),
  formatVersion: z.literal(FORMAT_VERSION),
  createdAt: z.iso.datetime(),
  tenant: z.object({
    id: z.uuid(),
    slug: z.string().max(63),
    name: z.string().min(1).max(200),
    plan: z.string().max(40),
    apiVersion: z.iso.date(),
    settings: z.record(z.string(), z.unknown()),
  }),
  /** Names of the migrations that the tables have. */
  migrations: z.array(z.string().max(300)).max(100_000),
  tables: z.array(tableSchema).max(10_000),
  sequences: z.array(sequenceSchema).max(10_000),
});

export type Manifest = z.output<typeof manifestSchema>;
export type ArchivedTable = Manifest['tables'][number];
export type ArchivedPart = ArchivedTable['parts'][number];
export type ArchivedSequence = Manifest['sequences'][number];

/** Name of a part within the archive; numbers begin with 1. */
export function partEntry(table: string, number: number): string {
  return `data/${encodeURIComponent(table)}/${String(number).padStart(6, '0')}.copy`;
}

/** Content of the last entry. @param sha256 of the manifest, hexadecimal */
export function sealOf(sha256: string): string {
  return `${sha256}  ${MANIFEST_ENTRY}\n`;
}

/**
 * Bytes of rows after which a part ends: what writing one archive holds in memory.
 *
 * @param total bytes that the tables take on disk
 */
export function partBytes(total: number): number {
  return Math.max(PART_BYTES, Math.ceil(total / MOST_PARTS));
}
