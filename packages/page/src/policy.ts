/**
 * The Content-Security-Policy of the page: it runs its own script and style, and connects to its own origin. Nothing else.
 *
 * `connect-src 'self'` covers WebSockets of the same host and port (CSP 3, 6.7.2.8: `ws` matches `http`). Proven by:
 * tests/browser/policy.test.ts.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
