import type { DeprecationNotice } from './deprecation-notice.js';

/** Tells of each deprecated operation once. */
export class DeprecationWatch {
  private readonly told = new Set<string>();

  constructor(private readonly tell: (notice: DeprecationNotice) => void) {}

  /** @param operation what is told of once: not the address, of which there may be any number */
  see(operation: string, method: string, path: string, headers: Headers): void {
    if (!headers.has('deprecation') && !headers.has('sunset')) return;
    if (this.told.has(operation)) return;
    this.told.add(operation);
    this.tell({
      method,
      path,
      deprecated: structuredDate(headers.get('deprecation')),
      sunset: httpDate(headers.get('sunset')),
      link: headers.get('link') ?? undefined,
    });
  }
}

/** `@1688169599`: seconds since 1970 (RFC 9651, 3.3.7). */
function structuredDate(value: string | null): Date | undefined {
  const seconds = /^@(-?\d{1,12})$/.exec(value?.trim() ?? '')?.[1];
  return seconds === undefined ? undefined : new Date(Number(seconds) * 1000);
}

function httpDate(value: string | null): Date | undefined {
  const time = Date.parse(value ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}
