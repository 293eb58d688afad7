/** The server that a client talks to; nothing it holds is sent anywhere else. */
export class Origin {
  private readonly origin: string;

  /** @throws TypeError for what is not the plain address of a server */
  constructor(address: string) {
    const url = new URL(address);
    if (!/^https?:$/.test(url.protocol)) throw new TypeError('The address must begin with http:// or https://.');
    if (url.username || url.password) throw new TypeError('The address must not hold credentials.');
    if (url.pathname !== '/' || url.search || url.hash)
      throw new TypeError('The address is that of the server: it ends after host and port.');
    this.origin = url.origin;
  }

  /**
   * The whole address of a path or of a link's target.
   *
   * @throws TypeError when it is on another server, where our credentials do not belong
   */
  resolve(href: string): string {
    const url = new URL(href, this.origin);
    if (url.origin !== this.origin)
      throw new TypeError(`${url.origin} is not ${this.origin}: the link is not followed.`);
    return url.href;
  }
}
