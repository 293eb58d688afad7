import { attempt, type Fetch } from '../transport/attempt.js';
import type { Outgoing } from '../transport/outgoing.js';
import type { Received } from '../transport/received.js';
import { RequestFailed } from '../transport/request-failed.js';
import { mayRepeat, willPass } from './may-repeat.js';
import { pauseAfter } from './pause.js';
import { secondsUntilRetry } from './retry-after.js';
import type { RetryPolicy } from './retry-policy.js';
import type { Surroundings } from './surroundings.js';

/** Sends a request again while that is allowed and may help. */
export class Repeater {
  constructor(
    private readonly fetch: Fetch,
    private readonly policy: RetryPolicy,
    private readonly surroundings: Surroundings,
  ) {}

  /**
   * @returns the last answer, whatever its status
   * @throws RequestFailed, or the reason of the request's signal
   */
  async send(outgoing: Outgoing): Promise<Received> {
    for (let failures = 1; ; failures += 1) {
      const outcome = await this.once(outgoing);
      const pause = mayRepeat(outgoing) && failures <= this.policy.attempts ? this.pause(outcome, failures) : undefined;
      if (pause === undefined) {
        if (outcome instanceof RequestFailed) throw outcome;
        return outcome;
      }
      await this.surroundings.wait(pause, outgoing.signal);
    }
  }

  private async once(outgoing: Outgoing): Promise<Received | RequestFailed> {
    try {
      return await attempt(this.fetch, outgoing);
    } catch (error) {
      if (error instanceof RequestFailed) return error;
      throw error;
    }
  }

  private pause(outcome: Received | RequestFailed, failures: number): number | undefined {
    const { now, random } = this.surroundings;
    if (outcome instanceof RequestFailed) return pauseAfter(failures, undefined, this.policy, random());
    if (!willPass(outcome)) return undefined;
    return pauseAfter(failures, secondsUntilRetry(outcome.headers, now()), this.policy, random());
  }
}
