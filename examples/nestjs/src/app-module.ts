/** The module of the app. `Sockets` is a provider like any other. Proven by: test/nestjs.test.ts. */
import { Module } from '@nestjs/common';
import { LoginController } from './login-controller.ts';
import { Logins } from './logins.ts';
import { Sockets } from './sockets.ts';

@Module({ controllers: [LoginController], providers: [Logins, Sockets] })
export class AppModule {}
