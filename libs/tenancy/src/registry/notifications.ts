import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';

const HEARTBEAT = 15_000;
const RECONNECT = 500;

export interface NotificationHandlers {
  /** The channel is listened to: from now on nothing is missed. */
  connected(): void | Promise<void>;
  /** Nothing is heard any more: what was learnt by hearing is not to be relied on. */
  disconnected(): void;
  notified(payload: string): void;
}

/**
 * Listens to Postgres notifications over one connection of its own, and comes back by itself. A heartbeat finds a dead
 * connection that no error tells of.
 *
 * @since 0.1.0
 */
@Injectable()
export class Notifications implements OnApplicationShutdown {
  private readonly logger = new Logger('Notifications');
  private readonly channels = new Map<string, NotificationHandlers>();
  private client?: pg.Client;
  private subscribing: Promise<void> = Promise.resolve();
  private timer?: NodeJS.Timeout;
  private closed = false;

  /** @param url connection string for LISTEN: direct, not through a transaction pooler */
  constructor(private readonly url: string) {}

  /** Resolves once the channel is listened to. Subscriptions take turns, so that one of them opens the connection. */
  subscribe(channel: string, handlers: NotificationHandlers): Promise<void> {
    const subscribed = this.subscribing.then(() => this.add(channel, handlers));
    this.subscribing = subscribed.catch(() => undefined); // told to its own caller
    return subscribed;
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.client?.end();
  }

  private async add(channel: string, handlers: NotificationHandlers): Promise<void> {
    this.channels.set(channel, handlers);
    if (!this.client) return this.open();
    await this.client.query(`LISTEN ${this.client.escapeIdentifier(channel)}`);
    await handlers.connected();
  }

  private async open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'tenantry listen',
      keepAlive: true,
      query_timeout: HEARTBEAT,
      connectionTimeoutMillis: HEARTBEAT,
    });
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ channel, payload }) => this.channels.get(channel)?.notified(payload ?? ''));
    try {
      await client.connect();
      for (const channel of this.channels.keys()) await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      this.client = client;
      for (const handlers of this.channels.values()) {
        await handlers.connected();
        // Lost while one of them read what it had missed: none may believe itself connected.
        if (this.client !== client) return;
      }
      if (this.closed) throw new Error('Closed meanwhile.');
      this.timer = setInterval(() => void this.beat(client), HEARTBEAT).unref();
    } catch (error) {
      this.client = undefined;
      void client.end().catch(() => undefined); // the first error is the one to report
      throw error;
    }
  }

  private async beat(client: pg.Client): Promise<void> {
    await client.query('SELECT 1').catch(() => this.lost(client));
  }

  private lost(client: pg.Client): void {
    if (client !== this.client) return;
    this.client = undefined;
    clearTimeout(this.timer);
    if (this.closed) return;
    for (const handlers of this.channels.values()) handlers.disconnected();
    this.logger.warn('The connection for notifications was lost; nothing is cached until it is back.');
    void client.end().catch(() => undefined); // it is dead already
    this.reconnect();
  }

  private reconnect(): void {
    this.timer = setTimeout(() => {
      if (this.closed) return;
      this.open().then(
        () => this.client && this.logger.log('The connection for notifications is back.'),
        () => this.reconnect(),
      );
    }, RECONNECT).unref();
  }
}
