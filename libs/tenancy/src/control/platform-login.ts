/** How the platform's own login role reaches Postgres directly, for what needs connections of its own. */
export class PlatformLogin {
  constructor(readonly url: string) {}
}
