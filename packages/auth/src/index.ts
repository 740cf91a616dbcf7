/** Who may enter: authenticators that compose, each usable alone. */

export type { VerifyHash } from './hashing.ts';
export { type PasswordFile, type PasswordFileOptions, passwordFile } from './password-file.ts';
export type { StoredHash } from './stored-hash.ts';
export { UserFileError, type UserFileErrorCode, type UserFileProblem } from './user-file-error.ts';
export type { LineProblem } from './user-lines.ts';
export { type UserListing, type Users, users } from './users.ts';
