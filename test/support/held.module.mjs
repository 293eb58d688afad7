// A module for servers that run as processes of their own: its task waits for a lock that a test holds. In JavaScript,
// because such a server loads what is compiled, and tests are not.
import { Injectable } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { OnEvent, Task, TenantryModule } from '@tenantry/platform';
import { DataSource } from 'typeorm';

class CreateHeld1785628800009 {
  async up(runner) {
    await runner.query(
      'CREATE TABLE held (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, attempt integer NOT NULL)',
    );
    await runner.query('CREATE TABLE gate (id integer PRIMARY KEY)');
  }

  async down(runner) {
    await runner.query('DROP TABLE gate, held');
  }
}

class Held {
  constructor(dataSource) {
    this.dataSource = dataSource;
  }

  async work(_payload, { attempt }) {
    await this.dataSource.query('SELECT count(*) FROM gate');
    await this.dataSource.query('INSERT INTO held (attempt) VALUES ($1)', [attempt]);
  }

  async hear() {
    await this.dataSource.query('SELECT count(*) FROM gate');
    await this.dataSource.query('INSERT INTO held (attempt) VALUES (0)');
  }
}
Reflect.defineMetadata('self:paramtypes', [{ index: 0, param: getDataSourceToken() }], Held);
Reflect.defineMetadata('design:paramtypes', [DataSource], Held);
Injectable()(Held);
const methods = (name) => [Held.prototype, name, Object.getOwnPropertyDescriptor(Held.prototype, name)];
Task('held.work')(...methods('work'));
OnEvent('held.happened', { name: 'held.listener' })(...methods('hear'));

export class HeldModule {}
TenantryModule({
  name: 'held',
  compatibility: '^1.0.0',
  tenantMigrations: [CreateHeld1785628800009],
  providers: [Held],
})(HeldModule);
