import { secondsUntilRetry } from '../retry/retry-after.js';
import type { Received } from '../transport/received.js';
import { ApiProblem } from './api-problem.js';
import type { ProblemDocument } from './problem-document.js';

/** What a refusal says, also where it is not the platform that refused. */
export function problemOf(received: Received, now: number): ApiProblem {
  const { status, headers } = received;
  return new ApiProblem(isProblemDocument(received.body) ? { ...received.body, status } : strange(status), {
    requestId: headers.get('x-request-id') ?? undefined,
    retryAfter: secondsUntilRetry(headers, now),
  });
}

function isProblemDocument(body: unknown): body is ProblemDocument {
  const fields = ['code', 'title', 'detail'] as const;
  return (
    typeof body === 'object' && body !== null && fields.every((field) => typeof Reflect.get(body, field) === 'string')
  );
}

function strange(status: number): ProblemDocument {
  const detail = `The server answered ${status} without a problem document.`;
  return { type: 'about:blank', title: `HTTP ${status}`, status, detail, code: `HTTP_${status}` };
}
