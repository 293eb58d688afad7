import { Injectable, type BeforeApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';

/** Whether the process is stopping: it answers what has come in and asks for no more. */
@Injectable()
export class Draining implements OnModuleDestroy, BeforeApplicationShutdown {
  isDraining = false;

  onModuleDestroy(): void {
    this.isDraining = true;
  }

  beforeApplicationShutdown(): void {
    this.isDraining = true;
  }
}
