/** Starts the app. Proven by: test/nestjs.test.ts. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app-module.ts';

export const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
// SIGTERM closes the app, and the WebSockets drain first.
app.enableShutdownHooks();
await app.listen(Number(process.env['PORT'] ?? 3000));
