import autocannon from 'autocannon';
import { quantile, seededRandom } from './statistics.mjs';

const CONNECTIONS = 16;
const REQUESTS_PER_CONNECTION = 250;

/**
 * Sends requests, drawn at random from those given, over 16 connections for some seconds: each connection waits for an
 * answer before it asks again.
 *
 * @returns requests answered, per second, and latencies in milliseconds
 */
export async function load(url, requests, seconds) {
  const random = seededRandom(1);
  const draw = () =>
    Array.from({ length: REQUESTS_PER_CONNECTION }, () => requests[Math.floor(random() * requests.length)]);
  const latencies = [];
  const began = performance.now();
  const result = await new Promise((resolve, reject) => {
    const run = autocannon(
      {
        url,
        connections: CONNECTIONS,
        duration: seconds,
        sampleInt: 50,
        setupClient: (client) => client.setRequests(draw()),
      },
      (error, value) => (error ? reject(error) : resolve(value)),
    );
    run.on('response', (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds));
  });
  const elapsed = (performance.now() - began) / 1000;
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${result.non2xx} answers were not 2xx and ${result.errors} requests failed.`);
  }
  const requestCount = latencies.length;
  return {
    requestCount,
    perSecond: requestCount / elapsed,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}
