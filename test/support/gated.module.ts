import { Body, Controller, Get, Injectable, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse } from '@nestjs/swagger';
import { InjectDataSource, InjectRepository } from '@nestjs/typeorm';
import { Requires, TenantryModule } from '@tenantry/platform';
import { IsString } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { DataSource, Repository } from 'typeorm';
import { Mark, markContent } from './mark.entity.js';

/** Where a test holds a handler up between its effect and its answer. */
@Injectable()
export class Gate {
  private missing = 0;
  private arrived?: (backend: number) => void;
  private opened?: Promise<void>;
  private letThrough?: () => void;

  /** From now on handlers wait; resolves when this many do, with the Postgres backend of the last. */
  close(handlers = 1): Promise<number> {
    this.missing = handlers;
    this.opened = new Promise((resolve) => (this.letThrough = resolve));
    return new Promise((resolve) => (this.arrived = resolve));
  }

  open(): void {
    this.letThrough?.();
    this.opened = undefined;
  }

  async enter(backend: number): Promise<void> {
    this.missing -= 1;
    if (this.missing === 0) this.arrived?.(backend);
    await this.opened;
  }
}

class NewMark {
  @IsString()
  name!: string;
}

@Controller('gated')
class GatedController {
  constructor(
    @InjectRepository(Mark) private readonly marks: Repository<Mark>,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly gate: Gate,
  ) {}

  @Get()
  @Requires('gated:use')
  async list() {
    return { names: (await this.marks.find({ order: { id: 'ASC' } })).map(({ tenant }) => tenant) };
  }

  @Post()
  @Requires('gated:use')
  async add(@Body() { name }: NewMark): Promise<{ name: string; id: string }> {
    const mark = await this.dataSource.transaction((manager) => manager.save(Mark, { tenant: name }));
    const [row] = await this.dataSource.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
    await this.gate.enter(row?.pid ?? 0);
    return { id: mark.id, name };
  }

  /** A change that reads nothing itself. */
  @Patch()
  @Requires('gated:use')
  async extend(@Body() { name }: NewMark): Promise<{ name: string }> {
    await this.gate.enter(0);
    await this.dataSource.query('INSERT INTO mark (tenant) VALUES ($1)', [name]);
    return { name };
  }

  @Post('failing')
  @Requires('gated:use')
  async fail(@Body() { name }: NewMark): Promise<never> {
    await this.marks.save({ tenant: name });
    throw new Error('on purpose');
  }

  @Post('accepted')
  @Requires('gated:use')
  @ApiAcceptedResponse({ type: NewMark })
  accept(@Res({ passthrough: true }) reply: FastifyReply): NewMark {
    void reply.code(202);
    return { name: 'later' };
  }

  @Post('serializable')
  @Requires('gated:use')
  async serializable(@Body() { name }: NewMark) {
    await this.dataSource.transaction('SERIALIZABLE', (manager) => manager.save(Mark, { tenant: name }));
    return { name };
  }

  /** A change of what cannot be read by itself. */
  @Patch('unreadable/:id')
  @Requires('gated:use')
  async rename(@Param('id') id: string, @Body() { name }: NewMark) {
    return this.marks.save(Object.assign(await this.marks.findOneByOrFail({ id }), { tenant: name }));
  }
}

@TenantryModule({
  ...markContent.module,
  permissions: { 'gated:use': 'Use what is gated' },
  controllers: [GatedController],
  providers: [Gate],
})
export class GatedModule {}
