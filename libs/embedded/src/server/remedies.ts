interface Remedy {
  readonly sign: RegExp;
  readonly advice: string;
}

/** Told by Postgres when a second one is about to use the data; passes when the first has gone. */
export const STILL_IN_USE = /pre-existing shared memory block|lock file "postmaster\.pid" (already exists|is empty)/;
export const PORT_TAKEN = /could not bind .*Address already in use|could not create any TCP\/IP sockets/s;

/** The first that fits is given: shared memory that is full also says "No space left on device". */
const REMEDIES: readonly Remedy[] = [
  { sign: PORT_TAKEN, advice: 'Another program listens on that port: stop it, or choose another port.' },
  {
    sign: STILL_IN_USE,
    advice: 'Processes of a former Postgres still use this data folder: end them and start again.',
  },
  {
    sign: /shared memory/,
    advice:
      'The system grants too little shared memory: give the container more (--shm-size=256m), or lower the settings shared_buffers and max_connections.',
  },
  { sign: /No space left on device|Disk quota exceeded/, advice: 'The disk is full: free some space and start again.' },
  {
    sign: /unrecognized configuration parameter|invalid value for parameter|is outside the valid range|requires a numeric value|requires a Boolean value/,
    advice: 'Correct that setting.',
  },
  {
    sign: /could not locate a valid checkpoint record|PANIC|invalid page|could not locate required checkpoint/,
    advice: 'The data are damaged: restore the data folder from a backup.',
  },
  {
    sign: /Permission denied|Operation not permitted|invalid permissions|wrong ownership/,
    advice:
      'The OS user that Postgres runs as must own the data folder (mode 0700) and be able to enter every folder above it.',
  },
  {
    sign: /could not look up effective user ID/,
    advice: 'The user that this runs as has no name: add it to /etc/passwd, or run as another user.',
  },
  {
    sign: /Cannot allocate memory|out of memory/i,
    advice: 'The machine is out of memory: free some, or lower shared_buffers.',
  },
  { sign: /did not start in time/, advice: 'It may be replaying its journal after a crash: wait, and start again.' },
];

/** A message with what Postgres said and, when the cause is a known one, what to do. */
export function withRemedy(what: string, output: string): string {
  const advice = REMEDIES.find(({ sign }) => sign.test(output))?.advice;
  return [`${what}.`, advice, 'Postgres said:', output.trim() || '(nothing)'].filter(Boolean).join('\n');
}
