import { createReadStream, createWriteStream, openAsBlob } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { newInstallation, OPERATOR } from '../harness/installation.mjs';
import { median } from '../harness/statistics.mjs';

// What the platform itself copies with.
const { from, to } = createRequire(new URL('../../libs/tenancy/package.json', import.meta.url))('pg-copy-streams');
// Milliseconds between two looks at an operation: each is a request that takes from what it looks at.
const POLL = 50;

/** Export and import of one tenant against raw COPY of the same rows, to and from a file, over the same driver. */
export async function compare(bench) {
  const { exportedRows: rows, exportRounds: rounds } = bench.amounts;
  const folder = join(bench.folder, 'exports');
  const environment = { ...(await newInstallation(bench.postgres)), TENANTRY_EXPORT_DIR: folder };
  const server = await bench.start('export', 'platform.mjs', { environment });
  const client = new pg.Client({ connectionString: environment.DATABASE_URL });
  await client.connect();
  try {
    const operator = await Operator.signIn(server.url);
    const schema = await fill(client, operator, rows);
    const idle = (await server.memory()).rss;
    const times = { copyOut: [], exported: [], copyIn: [], imported: [] };
    let bytes = 0;
    for (let round = 0; round < rounds; round += 1) {
      const raw = join(bench.folder, 'raw.copy');
      times.copyOut.push(
        await timed(() => pipeline(client.query(to(`COPY ${schema}.note TO STDOUT`)), createWriteStream(raw))),
      );
      let archive;
      times.exported.push(await timed(async () => (archive = await operator.export('acme'))));
      bytes = archive.bytes;
      await client.query(`CREATE TABLE public.raw_note (LIKE ${schema}.note INCLUDING ALL)`);
      times.copyIn.push(
        await timed(() => pipeline(createReadStream(raw), client.query(from('COPY public.raw_note FROM STDIN')))),
      );
      await client.query('DROP TABLE public.raw_note');
      const file = join(bench.folder, 'archive.tar');
      await operator.download(archive.id, file);
      times.imported.push(await timed(() => operator.import(file, `copy-${round}`)));
    }
    return section({ rows, bytes, times, idle, peak: await server.peak() });
  } finally {
    await client.end();
    await server.stop();
  }
}

function section({ rows, bytes, times, idle, peak }) {
  const megabytes = (value) => ((value ?? NaN) / 1_048_576).toFixed(0);
  const row = (what, raw, ours) => [
    what,
    median(raw).toFixed(0),
    median(ours).toFixed(0),
    (median(raw) / median(ours)).toFixed(2),
  ];
  return {
    title: 'Export and import',
    text:
      `One tenant with ${rows} notes, an archive of ${megabytes(bytes)} MiB. The limit is COPY of the same table to and ` +
      'from a file over the same driver. An export is from the request to the whole archive on disk with its digests; an ' +
      'import from the request with the archive, verified as a whole first, to the tenant that can be used.',
    tables: [
      {
        columns: ['', 'raw COPY ms', 'Tenantry ms', 'ratio'],
        rows: [row('export', times.copyOut, times.exported), row('import', times.copyIn, times.imported)],
      },
    ],
    notes: [`Memory of the server: ${megabytes(idle)} MiB before, at most ${megabytes(peak)} MiB at any time.`],
  };
}

async function fill(client, operator, rows) {
  const { id } = await operator.post('/admin/tenants', {
    slug: 'acme',
    name: 'Acme',
    owner: { email: 'a@acme.example' },
  });
  const schema = `t_${id.replaceAll('-', '')}`;
  await client.query(
    `INSERT INTO ${schema}.note (title, body) SELECT 'note ' || n, repeat(md5(n::text), 8) FROM generate_series(1, ${rows}) n`,
  );
  await client.query('CHECKPOINT');
  return schema;
}

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

class Operator {
  #url;
  #headers;

  static async signIn(url) {
    const { accessToken } = await new Operator(url).post('/admin/auth/login', OPERATOR);
    return new Operator(url, { authorization: `Bearer ${accessToken}` });
  }

  constructor(url, headers = {}) {
    this.#url = url;
    this.#headers = headers;
  }

  async post(path, body) {
    return this.#send(path, JSON.stringify(body), 'application/json');
  }

  async export(slug) {
    const { result } = await this.#ended(await this.post(`/admin/tenants/${slug}/export`, {}));
    return { id: result.exportId, bytes: result.bytes };
  }

  async download(id, file) {
    const response = await fetch(new URL(`/admin/exports/${id}/archive`, this.#url), { headers: this.#headers });
    await pipeline(response.body, createWriteStream(file));
  }

  async import(file, slug) {
    await this.#ended(await this.#send(`/admin/imports?slug=${slug}`, await openAsBlob(file), 'application/x-tar'));
  }

  async #send(path, body, type) {
    const headers = { ...this.#headers, 'content-type': type };
    const response = await fetch(new URL(path, this.#url), { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async #ended({ id }) {
    for (;;) {
      const response = await fetch(new URL(`/admin/operations/${id}`, this.#url), { headers: this.#headers });
      const operation = await response.json();
      if (operation.status === 'succeeded') return operation;
      if (operation.status === 'failed') throw new Error(operation.error);
      await pause(POLL);
    }
  }
}
