/** Hashes with known passwords: cheap ones, and some that other programs made. */
import { hashSync } from '@node-rs/argon2';
import { hashSync as bcryptSync } from '@node-rs/bcrypt';

/** argon2id, so cheap that it counts as weak. */
export const cheap = (password: string) =>
  hashSync(password, { memoryCost: 64, timeCost: 1, parallelism: 1 });
export const bcrypt = (password: string) => bcryptSync(password, { cost: 4, rejectLongPasswords: false });

/** `htpasswd -nbB myName myPassword`, from the manual of Apache's httpd ("Password Formats"). */
export const apacheLine = 'myName:$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC';
/** In Apache's default format, from the same page of its manual. */
export const apr1Hash = '$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/';

/** Of the cost that OWASP recommends; its password is not known. */
export const strong =
  '$argon2id$v=19$m=19456,t=2,p=1$aSppvc+LBq1lnYxMr3VqbQ$K6VEmv0AEJYeEl04IfE+xBkq4hTfhqFtGbbhqyIrr5I';
