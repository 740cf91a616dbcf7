/** Plain HTTP: signs users in and out by a cookie. A sign-out also ends the WebSockets. Proven by: test/nestjs.test.ts. */
import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Inject,
  Post,
  Res,
  UnauthorizedException,
} from '@nestjs/common';
import type { Response } from 'express';
import { Logins } from './logins.ts';
import { Sockets } from './sockets.ts';

@Controller()
export class LoginController {
  readonly #logins: Logins;
  readonly #sockets: Sockets;

  constructor(@Inject(Logins) logins: Logins, @Inject(Sockets) sockets: Sockets) {
    this.#logins = logins;
    this.#sockets = sockets;
  }

  @Get()
  hello(@Headers('cookie') cookie?: string): string {
    const user = this.#logins.userOf(idIn(cookie));
    return user ? `hello ${user}\n` : 'please sign in\n';
  }

  @Post('sign-in')
  @HttpCode(204)
  signIn(
    @Body() body: { username?: unknown; password?: unknown } | undefined,
    @Res({ passthrough: true }) response: Response,
  ): void {
    const id = this.#logins.begin(body?.username, body?.password);
    if (id === undefined) throw new UnauthorizedException();
    response.cookie('login', id, { httpOnly: true, sameSite: 'lax' });
  }

  @Post('sign-out')
  @HttpCode(204)
  signOut(
    @Headers('cookie') cookie: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): void {
    // First the login, so that a client that connects again is refused. Then the WebSockets of the user.
    const user = this.#logins.end(idIn(cookie));
    response.clearCookie('login');
    if (user) this.#sockets.sessions.revoke(user);
  }
}

/** The value of the cookie `login`. Empty if there is none. */
function idIn(cookies = ''): string {
  return /(?:^|; )login=([\w-]+)/.exec(cookies)?.[1] ?? '';
}
