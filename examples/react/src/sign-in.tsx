/** The form to sign in. It keeps no password. */
import type { FixedCredentials } from '@sallyport/client';

export function SignIn({ onSubmit }: { onSubmit: (credentials: FixedCredentials) => void }) {
  const submit = (fields: FormData) =>
    onSubmit({ username: String(fields.get('username')), password: String(fields.get('password')) });
  return (
    <form action={submit}>
      <label>
        Username <input name="username" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit">Sign in</button>
    </form>
  );
}
