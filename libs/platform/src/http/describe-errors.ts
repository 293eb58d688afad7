import { errorCatalogue } from '@tenantry/kernel';

/** Every error of the API as a page of Markdown. */
export function describeErrors(): string {
  const rows = errorCatalogue().map(({ code, status, title }) => `| \`${code}\` | ${status} | ${title} |`);
  return [
    '# Errors',
    '',
    'Every error is a problem document (RFC 9457) whose `code` is one of these. This page is generated: `npm run generate`.',
    '',
    '| code | status | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
