import { Logger } from '@nestjs/common';
import pg from 'pg';

const HEARTBEAT = 15_000;
const RECONNECT = 500;

export interface NotificationHandlers {
  /** The connection listens: from now on nothing is missed. */
  connected(): void;
  /** Nothing is heard any more: what was learnt by hearing is not to be relied on. */
  disconnected(): void;
  notified(payload: string): void;
}

/**
 * Listens on one Postgres channel over a connection of its own, and comes back by itself. A heartbeat finds a dead
 * connection that no error tells of.
 */
export class NotificationListener {
  private readonly logger = new Logger('Notifications');
  private client?: pg.Client;
  private timer?: NodeJS.Timeout;
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly channel: string,
    private readonly handlers: NotificationHandlers,
  ) {}

  /** Resolves once the channel is listened to. */
  async open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'tenantry listen',
      keepAlive: true,
      query_timeout: HEARTBEAT,
      connectionTimeoutMillis: HEARTBEAT,
    });
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ payload }) => this.handlers.notified(payload ?? ''));
    await client.connect();
    await client.query(`LISTEN ${client.escapeIdentifier(this.channel)}`);
    this.client = client;
    this.timer = setInterval(() => void this.beat(client), HEARTBEAT).unref();
    this.handlers.connected();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.client?.end();
  }

  private async beat(client: pg.Client): Promise<void> {
    await client.query('SELECT 1').catch(() => this.lost(client));
  }

  private lost(client: pg.Client): void {
    if (client !== this.client) return;
    this.client = undefined;
    clearTimeout(this.timer);
    if (this.closed) return;
    this.handlers.disconnected();
    this.logger.warn('The connection that hears of changed tenants was lost; nothing is cached until it is back.');
    void client.end().catch(() => undefined);
    this.reconnect();
  }

  private reconnect(): void {
    this.timer = setTimeout(() => {
      if (this.closed) return;
      this.open().then(
        () => this.logger.log('The connection that hears of changed tenants is back.'),
        () => this.reconnect(),
      );
    }, RECONNECT).unref();
  }
}
