/** Headers that tell callers of an old version what becomes of it. */
export interface VersionNotice {
  /** RFC 9745: since when the version is deprecated. */
  readonly deprecation: string;
  /** RFC 8594: when it ends, if that is decided. */
  readonly sunset?: string;
  /** RFC 8288 links to the notes on what changed since. */
  readonly link: string;
}

/** Path of the notes on a version. */
export function versionPath(version: string): string {
  return `/api-versions/${version}`;
}

/**
 * @param successor the version that came after: its release deprecated this one
 * @param sunset date on which the version ends, `YYYY-MM-DD`, UTC
 */
export function noticeOf(version: string, successor: string, sunset: string | undefined): VersionNotice {
  const deprecated = Date.parse(`${successor}T00:00:00Z`) / 1000;
  const rels = ['deprecation', ...(sunset === undefined ? [] : ['sunset'])];
  return {
    deprecation: `@${deprecated}`,
    ...(sunset !== undefined && { sunset: new Date(`${sunset}T00:00:00Z`).toUTCString() }),
    link: rels.map((rel) => `<${versionPath(version)}>; rel="${rel}"; type="application/hal+json"`).join(', '),
  };
}
