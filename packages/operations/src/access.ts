/**
 * Which requests the admin handler takes: those with the token, or without one those that only a program of this machine can send.
 *
 * A web page that the operator visits must reach nothing here. So requests that browsers send for another site are refused in any case,
 * and without a token also those for a name that could point elsewhere (DNS rebinding). Proven by: test/access.test.ts.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { UsageError } from '@sallyport/core';
import { AdminError } from './answers.ts';

/** Throws a `UsageError` for a token that an operator should not use. */
export function checkTokenOption(token: unknown): void {
  if (token !== undefined && (typeof token !== 'string' || !/^[\x21-\x7e]{16,}$/.test(token)))
    throw new UsageError('token', 'must have 16 characters or more, without spaces');
}

/** Throws an `AdminError` for a request that the handler does not take. */
export function checkAccess(request: Request, token: string | undefined): void {
  checkSite(request);
  if (token === undefined) checkHost(request);
  else checkToken(request, token);
}

/** RFC 6454 and Fetch Metadata: browsers say which site a request is for. Programs say nothing. */
function checkSite({ headers, url }: Request): void {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  const isForeign = site === 'cross-site' || site === 'same-site';
  if (isForeign || (origin !== null && hostOf(origin) !== new URL(url).host))
    throw new AdminError(403, 'crossSite', 'a web page of another site sent this request');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** Whether a URL with this host name leads to this machine: an address of the loopback interface, or localhost. */
export function isLoopbackName(hostname: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|\[::1\]|(.+\.)?localhost)$/.test(hostname);
}

function checkHost({ url }: Request): void {
  const { hostname } = new URL(url);
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
  if (!isAddress && hostname !== 'localhost' && !hostname.endsWith('.localhost'))
    throw new AdminError(
      421,
      'hostNotAllowed',
      'without a token, requests must be for an address or for localhost; give the admin listener a token',
    );
}

/** The scheme is compared in any case (RFC 9110, 11.1). */
function checkToken({ headers }: Request, token: string): void {
  const authorization = headers.get('authorization');
  const given = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (given !== undefined && isSame(given, token)) return;
  const message = authorization === null ? 'a bearer token is required' : 'the bearer token is wrong';
  throw new AdminError(401, 'unauthorized', message, {
    'www-authenticate': 'Bearer realm="sallyport admin"',
  });
}

/** Takes the same time for every wrong token. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
