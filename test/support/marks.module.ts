import { Body, Controller, Get, Post } from '@nestjs/common';
import { InjectDataSource, InjectRepository } from '@nestjs/typeorm';
import { Requires, TenantContext, TenantryModule } from '@tenantry/platform';
import { IsString } from 'class-validator';
import { DataSource, Repository } from 'typeorm';
import { Mark, markContent } from './mark.entity.js';

class NewMark {
  @IsString()
  tenant!: string;
}

/** Routes that go wrong on purpose, for the hammer. */
@Controller('marks')
class MarksController {
  constructor(
    @InjectRepository(Mark) private readonly marks: Repository<Mark>,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly context: TenantContext,
  ) {}

  @Get()
  @Requires('marks:use')
  async list() {
    const [who] = await this.dataSource.query<{ role: string }[]>('SELECT current_user AS role');
    const marks = await this.marks.find({ order: { id: 'DESC' }, take: 20 });
    return { slug: this.context.current().slug, role: who?.role, marks: marks.map(({ tenant }) => tenant) };
  }

  @Post()
  @Requires('marks:use')
  async add(@Body() { tenant }: NewMark) {
    const mark = await this.dataSource.transaction(async (manager) => {
      const saved = await manager.save(Mark, { tenant });
      await manager.query('SELECT count(*) FROM mark');
      return saved;
    });
    return { mark: mark.tenant };
  }

  @Post('fail')
  @Requires('marks:use')
  fail(@Body() { tenant }: NewMark): Promise<never> {
    return this.dataSource.transaction(async (manager) => {
      await manager.save(Mark, { tenant: `${tenant} undone` });
      throw new Error('on purpose');
    });
  }

  @Post('slow')
  @Requires('marks:use')
  slow(): Promise<unknown> {
    return this.dataSource.transaction((manager) => manager.query('SELECT pg_sleep(30)'));
  }

  @Post('leak')
  @Requires('marks:use')
  async leak(@Body() { tenant }: NewMark): Promise<void> {
    const runner = this.dataSource.createQueryRunner();
    await runner.query('BEGIN');
    await runner.query('INSERT INTO mark (tenant) VALUES ($1)', [`${tenant} left open`]);
    await runner.release();
  }
}

@TenantryModule({
  ...markContent.module,
  permissions: { 'marks:use': 'Use marks' },
  controllers: [MarksController],
})
export class MarksModule {}
