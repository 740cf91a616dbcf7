/** The topics of crossws, as the channels of the part `fanout`. */
import { defineHooks } from 'crossws';
import { ACCEPTED, isDemoUserIn, REFUSED } from '../tutorial-exchange.ts';
import { channelAskedFor, type Publish, publicationText } from './publications.ts';

export const crosswsTopics = defineHooks({
  message(peer, message) {
    const text = message.text();
    const channel = channelAskedFor(text);
    if (peer.context['isIn'] !== true) {
      peer.context['isIn'] = isDemoUserIn(text);
      peer.send(peer.context['isIn'] ? ACCEPTED : REFUSED);
    } else if (channel !== undefined) {
      peer.subscribe(channel);
      peer.send(`subscribed ${channel}`);
    }
  },
});

interface Publishing {
  publish(topic: string, data: unknown): void;
}

export function publishBy(adapter: Publishing): Publish {
  return (channel, data) => adapter.publish(channel, publicationText(channel, data));
}
