import { defineError } from '@tenantry/kernel';

export const ArchiveInvalid = defineError(
  'ARCHIVE_INVALID',
  422,
  (reason: string) => `The archive is damaged or is none of Tenantry: ${reason}.`,
);

export const ArchiveTooNew = defineError(
  'ARCHIVE_TOO_NEW',
  422,
  (reason: string) => `The archive was written by newer software: ${reason}.`,
);

export const ArchiveTooLarge = defineError(
  'ARCHIVE_TOO_LARGE',
  413,
  (limit: number) => `The archive, or what it unpacks to, is larger than ${limit} bytes (TENANTRY_IMPORT_LIMIT).`,
);

export const ArchiveIncompatible = defineError(
  'ARCHIVE_INCOMPATIBLE',
  422,
  (reason: string) => `The archive does not fit the tables of this installation: ${reason}.`,
);

export const ArchiveStorageFull = defineError('ARCHIVE_STORAGE_FULL', 507, 'The disk that holds the archives is full.');

export const ArchiveGone = defineError(
  'ARCHIVE_GONE',
  410,
  'The archive is not on the disk of this server: it was removed, or another server wrote it to a folder of its own.',
);
