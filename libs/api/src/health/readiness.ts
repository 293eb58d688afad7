import { Injectable } from '@nestjs/common';

/** Whether this process wants requests: not before it is whole, and not when it is about to stop. */
@Injectable()
export class Readiness {
  state: 'starting' | 'serving' | 'stopping' = 'starting';
}
