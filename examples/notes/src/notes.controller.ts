import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { defineError, findPage, PageQuery, Requires, Throws } from '@tenantry/platform';
import { Repository } from 'typeorm';
import { NewNote, NoteChange } from './note.dto.js';
import { Note } from './note.entity.js';

const MAX = 10_000;
const NoteTooLong = defineError('NOTES_TOO_LONG', 422, (max: number) => `A note holds at most ${max} characters.`);

@Controller('notes')
export class NotesController {
  constructor(@InjectRepository(Note) private readonly notes: Repository<Note>) {}

  /** Notes, oldest first. */
  @Get()
  @Requires('notes:read')
  list(@Query() page: PageQuery) {
    return findPage(this.notes, page);
  }

  /** Adds a note. */
  @Post()
  @Requires('notes:write')
  @Throws(NoteTooLong)
  add(@Body() body: NewNote): Promise<Note> {
    if (body.body.length > MAX) throw new NoteTooLong(MAX);
    return this.notes.save(this.notes.create(body)); // the caller's schema, as the caller's role
  }

  /** One note. */
  @Get(':id')
  @Requires('notes:read')
  read(@Param('id') id: string): Promise<Note> {
    return this.notes.findOneByOrFail({ id });
  }

  /** Changes a note. */
  @Patch(':id')
  @Requires('notes:write')
  @Throws(NoteTooLong)
  async change(@Param('id') id: string, @Body() body: NoteChange): Promise<Note> {
    if ((body.body?.length ?? 0) > MAX) throw new NoteTooLong(MAX);
    return this.notes.save(Object.assign(await this.notes.findOneByOrFail({ id }), body));
  }

  /** Removes a note. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('notes:write')
  async remove(@Param('id') id: string): Promise<void> {
    await this.notes.remove(await this.notes.findOneByOrFail({ id }));
  }
}
