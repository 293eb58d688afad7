import { StreamableFile } from '@nestjs/common';
import { Page } from '@tenantry/kernel';

/** What a handler answered, as it is kept. */
export interface StoredAnswer {
  readonly status: number;
  /** Whether the value is a `Page`, which JSON does not tell. */
  readonly isPage?: true;
  /** Absent for an answer without a body. */
  readonly value?: unknown;
}

/**
 * Writes down a handler's answer, before it is presented: a replay is presented anew.
 *
 * @throws Error for a stream or a buffer, which cannot be given again
 */
export function writeAnswer(status: number, value: unknown): string {
  if (value instanceof StreamableFile || Buffer.isBuffer(value) || isStream(value))
    throw new Error('A stream cannot be kept under an Idempotency-Key.');
  const answer: StoredAnswer = { status, ...(value instanceof Page && { isPage: true }), value };
  return JSON.stringify(answer);
}

/** The answer as its first receiver gets it, too, so that both are the same. */
export function readAnswer(text: string): StoredAnswer {
  const answer = JSON.parse(text) as StoredAnswer;
  if (!answer.isPage) return answer;
  const { items, next } = answer.value as Page<unknown>;
  return { ...answer, value: new Page(items, next) };
}

function isStream(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'pipe' in value;
}
