/** Seen where a connection ended without a close frame, and never sent (RFC 6455, 7.4.1). */
export const CUT = 1006;
