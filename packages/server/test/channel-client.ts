/** A client of channels on `Client`: it asks with an id of its own, and finds the answer among all that arrives. */
import { Client } from './client.ts';

type Fields = Readonly<Record<string, unknown>>;

export class ChannelClient {
  readonly client: Client;
  #lastId = 0;

  private constructor(client: Client) {
    this.client = client;
  }

  static async signedIn(url: string, username = 'admin', password = '123456'): Promise<ChannelClient> {
    const client = new Client(url, {}, ['sallyport.v1']);
    await client.opened;
    await client.ask(JSON.stringify({ type: 'authenticate', username, password }));
    return new ChannelClient(client);
  }

  /** Sends an operation. Resolves to its answer. */
  async ask(operation: Fields): Promise<Fields> {
    const id = ++this.#lastId;
    this.client.socket.send(JSON.stringify({ ...operation, id }));
    return this.#first((fields) => fields['id'] === id);
  }

  /** Resolves to the first message of this type. */
  heard(type: string): Promise<Fields> {
    return this.#first((fields) => fields['type'] === type);
  }

  async #first(isWanted: (fields: Fields) => boolean): Promise<Fields> {
    for (let read = 0; ; read++) {
      await this.client.received(read + 1);
      const fields = JSON.parse(this.client.heard[read] ?? '') as Fields;
      if (isWanted(fields)) return fields;
    }
  }
}
