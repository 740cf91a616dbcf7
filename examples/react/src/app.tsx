/** The app: a form to sign in, and then the room until the user leaves it. */
import type { FixedCredentials } from '@sallyport/client';
import { useState } from 'react';
import { Room } from './room.tsx';
import { SignIn } from './sign-in.tsx';

export function App() {
  const [credentials, setCredentials] = useState<FixedCredentials>();
  return (
    <>
      <h1>A room in React</h1>
      {credentials ? (
        <Room credentials={credentials} onLeave={() => setCredentials(undefined)} />
      ) : (
        <SignIn onSubmit={setCredentials} />
      )}
    </>
  );
}
