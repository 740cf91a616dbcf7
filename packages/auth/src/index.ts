/**
 * Authenticators that compose, each usable alone.
 *
 * `passwordFile` and `tokens` verify credentials. `anyOf` and `throttled` wrap other authenticators, also your own functions.
 */
export { anyOf } from './any-of.ts';
export { type DeviceSecret, type DeviceSecretOptions, deviceSecret } from './device-secret.ts';
export { type DeviceTokenOptions, type DeviceTokens, deviceTokens } from './device-tokens.ts';
export { type FailureStore, failuresInMemory } from './failure-store.ts';
export type { VerifyHash } from './hashing.ts';
export { type PasswordFile, type PasswordFileOptions, passwordFile } from './password-file.ts';
export { isSameSecret } from './same-secret.ts';
export type { StoredHash } from './stored-hash.ts';
export { type ThrottleOptions, throttled } from './throttled.ts';
export type { ClaimsSchema } from './token-claims.ts';
export { type TokenKeyOptions, TokenKeysError } from './token-keys.ts';
export type { TokenRefusal } from './token-refusal.ts';
export { type Tokens, type TokensOptions, tokens } from './tokens.ts';
export { UserFileError, type UserFileErrorCode, type UserFileProblem } from './user-file-error.ts';
export { type LineProblem, problemOfName } from './user-lines.ts';
export { type UserListing, type Users, users } from './users.ts';
