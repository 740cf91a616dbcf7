/** Starts the app. Proven by: test/nestjs.test.ts. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app-module.ts';

// Browsers also open connections ahead, without a request. Without `forceCloseConnections` the app would wait for them.
export const app = await NestFactory.create(AppModule, {
  logger: ['error', 'warn'],
  forceCloseConnections: true,
});
// SIGTERM closes the app, and the WebSockets drain first.
app.enableShutdownHooks();
await app.listen(Number(process.env['PORT'] ?? 3000));
