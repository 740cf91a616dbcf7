/** The server as hooks of crossws, which has no sessions: the peer's context holds the user. */
import { defineHooks } from 'crossws';
import { ACCEPTED, echoOf, isDemoUserIn, REFUSED } from './tutorial-exchange.ts';

export const crosswsGate = defineHooks({
  message(peer, message) {
    const text = message.text();
    if (peer.context['isIn'] === true) peer.send(echoOf(text));
    else {
      peer.context['isIn'] = isDemoUserIn(text);
      peer.send(peer.context['isIn'] ? ACCEPTED : REFUSED);
    }
  },
});
