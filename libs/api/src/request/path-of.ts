/** The path of a request's target or a link, without its query (RFC 3986 section 3.3). */
export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
