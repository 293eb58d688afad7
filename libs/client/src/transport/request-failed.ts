/**
 * There was no whole answer: no connection, or not in time. Whether the server did what was asked is not known.
 *
 * @since 0.1.0
 */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';

  constructor(
    readonly reason: 'network' | 'timeout',
    method: string,
    url: string,
    cause: unknown,
  ) {
    const { origin, pathname } = new URL(url);
    super(
      `${method} ${pathname}: ${origin} ${reason === 'timeout' ? 'did not answer in time' : 'cannot be reached'}.`,
      {
        cause,
      },
    );
  }
}
