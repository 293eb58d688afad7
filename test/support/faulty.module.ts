import { Controller, Get, Post } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Public, Requires, SignedIn, TenantryModule } from '@tenantry/platform';
import { DataSource } from 'typeorm';

/** What a fault of a module's own must not let out. */
export const SECRET_OF_A_FAULT = 'the-secret-of-a-fault';

@Controller('faults')
class FaultsController {
  constructor(@InjectDataSource() private readonly tenants: DataSource) {}

  @Get('error')
  @SignedIn()
  error(): never {
    throw new Error(`${SECRET_OF_A_FAULT} in /srv/app/secret-file.ts of t_0123`);
  }

  @Get('public-error')
  @Public({ tenant: 'none' })
  publicError(): never {
    throw new TypeError(SECRET_OF_A_FAULT);
  }

  @Get('string')
  @SignedIn()
  string(): never {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what careless code does
    throw SECRET_OF_A_FAULT;
  }

  @Get('undefined')
  @SignedIn()
  nothing(): never {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what careless code does
    throw undefined;
  }

  @Get('sql')
  @SignedIn()
  sql(): Promise<unknown> {
    return this.tenants.query(`SELECT '${SECRET_OF_A_FAULT}' FROM no_such_table`);
  }

  @Get('foreign-schema')
  @SignedIn()
  foreignSchema(): Promise<unknown> {
    return this.tenants.query('SELECT * FROM platform.tenant');
  }

  @Post('unique')
  @Requires('users:write')
  unique(): Promise<unknown> {
    return this.tenants.query(
      `INSERT INTO user_account (email, name, roles) SELECT email, name, roles FROM user_account`,
    );
  }

  /** Longer than a short `TENANTRY_STATEMENT_TIMEOUT`; nothing else runs, so that Postgres' word meets the next statement. */
  @Post('idle')
  @Requires('users:write')
  idle(): Promise<unknown> {
    return this.tenants.transaction(async (manager) => {
      await manager.query('SELECT 1');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000);
      return manager.query<unknown>('SELECT 1');
    });
  }

  @Get('large')
  @SignedIn()
  large(): { text: string } {
    return { text: 'tenantry '.repeat(2000) };
  }
}

/** Routes that fail in every way code can. */
@TenantryModule({ name: 'faulty', compatibility: '^1.0.0', controllers: [FaultsController] })
export class FaultyModule {}
