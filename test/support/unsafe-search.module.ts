import { Controller, Get, Query } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Requires, TenantryModule } from '@tenantry/platform';
import { IsString } from 'class-validator';
import { DataSource } from 'typeorm';

class UnsafeQuery {
  @IsString()
  q!: string;
}

/** What a careless author writes: the client's text is part of the statement. */
@Controller('unsafe-search')
class UnsafeSearchController {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  @Get()
  @Requires('unsafe:read')
  search(@Query() { q }: UnsafeQuery): Promise<unknown[]> {
    return this.dataSource.query(`SELECT title AS found FROM note WHERE title = '${q}'`);
  }

  /** Worse: the client's text is the statement. */
  @Get('statement')
  @Requires('unsafe:read')
  statement(@Query() { q }: UnsafeQuery): Promise<unknown> {
    return this.dataSource.query(q);
  }
}

@TenantryModule({
  name: 'unsafe',
  compatibility: '^1.0.0',
  permissions: { 'unsafe:read': 'Search carelessly' },
  controllers: [UnsafeSearchController],
})
export class UnsafeSearchModule {}
