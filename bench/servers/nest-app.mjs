import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** An ordinary Nest application on Fastify that logs nothing; listens on a free port of the loopback address. */
export async function listen(metadata, prepare = () => undefined) {
  class AppModule {}
  Module(metadata)(AppModule);
  const app = await NestFactory.create(AppModule, new FastifyAdapter({ logger: false }), { logger: false });
  await prepare(app, app.getHttpAdapter().getInstance());
  await app.listen(0, '127.0.0.1');
  return { app, url: `http://127.0.0.1:${app.getHttpServer().address().port}` };
}

/** What TypeScript makes of `@Decorator() method(@Decorator() parameter)`. */
export function decorateMethod(target, method, decorators, parameters) {
  parameters.forEach((decorate, index) => decorate(target.prototype, method, index));
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, method);
  for (const decorate of decorators) decorate(target.prototype, method, descriptor);
}
