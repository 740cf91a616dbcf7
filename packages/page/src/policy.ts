/**
 * What a browser may do with the page: run its own script and style, and connect to where it came from. Nothing else.
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
