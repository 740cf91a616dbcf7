/** The gate as hooks of crossws, which has no session of its own: who is in stands in the peer's context. */
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
