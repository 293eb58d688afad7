/**
 * Answers the process that measures. A server script calls this with a function that starts its server and gives
 * `{ url, stop() }`, perhaps with more that may be asked of it.
 */
export function answerAsSubject(start) {
  let server;
  const answers = {
    start: async (options) => {
      server = await start(options);
      return server.url;
    },
    cpu: () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    memory: () => {
      globalThis.gc();
      const { rss, heapUsed } = process.memoryUsage();
      return { rss, heapUsed };
    },
    stop: () => server?.stop(),
  };
  process.on('message', async ({ what, options }) => {
    try {
      process.send({ value: await answers[what](options) });
    } catch (error) {
      process.send({ error: error.stack });
    }
  });
  process.on('disconnect', () => process.exit());
}
