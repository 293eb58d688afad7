// A user's program: run.mjs compiles and runs it in a project that has the packed client.
import { isProblem, TenantryClient } from '@tenantry/client';

const [url = '', tenant = '', email = '', password = ''] = process.argv.slice(2);
const client = new TenantryClient({ url, tenant });
await client.signIn({ email, password });
const written = await client.post('/notes', { body: { title: 'From the client', body: '' } });
const read = await client.get('/notes/{id}', { params: { id: written.id } });
console.log(read.title);
for await (const note of client.list('/notes', { query: { limit: 1 } })) console.log(note.title);
await client.signOut();
try {
  await client.get('/notes');
} catch (error) {
  if (isProblem(error, 'AUTH_REQUIRED')) console.log(error.code);
}
