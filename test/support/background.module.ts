import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Cron, OnEvent, Task, TenantContext, TenantryModule, type DomainEvent, type JobRun } from '@tenantry/platform';
import { IsString, MaxLength } from 'class-validator';
import { Repository } from 'typeorm';
import { Mark, markContent } from './mark.entity.js';

export class MarkName {
  @IsString()
  @MaxLength(20)
  name!: string;
}

/** What was done in the background, in the order in which it was, as `slug name`. */
@Injectable()
export class Background {
  readonly done: string[] = [];
  readonly heard: string[] = [];
  readonly heardSecond: string[] = [];
  readonly lives: string[] = [];
  /** Names at which the work fails. */
  readonly failing = new Set<string>();
  attempts = 0;
  /** The work waits for this first. */
  gate: Promise<void> = Promise.resolve();

  constructor(
    @InjectRepository(Mark) private readonly marks: Repository<Mark>,
    private readonly context: TenantContext,
  ) {}

  @Task('background.mark')
  async mark({ name }: MarkName, { attempt }: JobRun): Promise<void> {
    this.attempts = attempt;
    await this.gate;
    if (this.failing.has(name)) throw new Error(`${name} fails`);
    await this.marks.save({ tenant: name });
    this.done.push(`${this.context.current().slug} ${name}`);
  }

  @Cron('0 3 29 2 *') // no day on which tests are likely to run: it would come by itself
  @Task('background.nightly')
  async nightly(): Promise<void> {
    await this.marks.save({ tenant: 'nightly' });
    this.done.push(`${this.context.current().slug} nightly`);
  }

  @OnEvent('background.happened', { name: 'background.first' })
  async first({ payload, schema }: DomainEvent<{ name: string }>): Promise<void> {
    if (this.failing.has(payload.name)) throw new Error(`${payload.name} is not heard`);
    await this.marks.save({ tenant: `${schema} ${payload.name}` });
    this.heard.push(`${this.context.current().slug} ${payload.name}`);
  }

  @OnEvent('background.happened', { name: 'background.second' })
  second({ payload }: DomainEvent<{ name: string }>): void {
    this.heardSecond.push(`${this.context.current().slug} ${payload.name}`);
  }

  @OnEvent('tenant.created')
  created(event: DomainEvent<{ slug: string }>): void {
    this.lives.push(`${event.payload.slug} created in ${this.context.current().slug}`);
  }

  @OnEvent('tenant.suspended')
  suspended({ payload }: DomainEvent<{ slug: string }>): void {
    this.lives.push(`${payload.slug} suspended in ${this.context.find()?.slug ?? 'none'}`);
  }

  @OnEvent('tenant.purged')
  purged({ payload }: DomainEvent<{ slug: string }>): void {
    this.lives.push(`${payload.slug} purged in ${this.context.find()?.slug ?? 'none'}`);
  }

  @OnEvent('tenant.renamed')
  renamed({ payload }: DomainEvent<{ from: string; to: string }>): void {
    this.lives.push(`${payload.from} renamed to ${payload.to} in ${this.context.current().slug}`);
  }

  @OnEvent('tenant.plan-changed')
  planChanged({ payload }: DomainEvent<{ from: string; to: string }>): void {
    this.lives.push(`${this.context.current().slug} from ${payload.from} to ${payload.to}`);
  }
}

@TenantryModule({ ...markContent.module, providers: [Background] })
export class BackgroundModule {}
