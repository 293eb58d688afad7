import { expect, it } from 'vitest';
import { NewNote } from '../../examples/notes/src/note.dto.js';
import { NotesController } from '../../examples/notes/src/notes.controller.js';

it('shows the tests the schemas that the build writes', () => {
  const describe = Reflect.get(NewNote, '_OPENAPI_METADATA_FACTORY') as (() => object) | undefined;
  expect(describe?.()).toMatchObject({
    title: { required: true, minLength: 1, maxLength: 200 },
    body: { required: true },
  });
  const operation: unknown = Reflect.getMetadata('swagger/apiOperation', Reflect.get(NotesController.prototype, 'add'));
  expect(operation).toMatchObject({ summary: 'Adds a note.' });
});
