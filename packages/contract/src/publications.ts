/**
 * The publications of a contract on the server: those of clients, and those of code of the server.
 *
 * Proven by: test/channels.test.ts.
 */
import {
  ChannelPatterns,
  channelError,
  checkKnownOptions,
  RequestError,
  UsageError,
} from '@sallyport/protocol';
import type { ChannelName, PublicationData } from './channel-inference.ts';
import { type ChannelDefinition, type ContractDefinition, defineContract } from './contract.ts';
import { ContractError } from './contract-error.ts';
import { firstIssue, type Issues } from './issues.ts';
import { validateNow } from './validate.ts';

/** The definitions by channel. */
function channelPatterns(
  channels: Readonly<Record<string, ChannelDefinition>>,
): ChannelPatterns<ChannelDefinition> {
  return new ChannelPatterns(Object.entries(channels));
}

/** Checks what clients publish: the option `validatePublication` of `createChannels`. Throws the error that answers the client. */
export function publicationValidator(channels: Readonly<Record<string, ChannelDefinition>>) {
  const patterns = channelPatterns(channels);
  return (channel: string, data: unknown): unknown => {
    const definition = patterns.of(channel);
    if (!definition) throw channelError('channelNotFound');
    return validateNow(definition.publication, data, `the channel ${channel}`, wrongPublication);
  };
}

function wrongPublication(issues: Issues): RequestError {
  return new RequestError(
    'invalidParams',
    `the publication does not fit the channel: ${firstIssue(issues)}`,
    issues,
  );
}

/** What a contract needs of the channels of a server. Those of `@sallyport/channels` fit by structure. */
export interface ServerChannels {
  /** Publishes in the name of the server. */
  publish(channel: string, data: unknown, options?: { readonly key?: string }): Promise<unknown>;
}

/** The channels of a server with the types of a contract. */
export interface ContractChannels<Contract extends ContractDefinition, Service extends ServerChannels> {
  /**
   * Publishes in the name of the server, and resolves as `publish` of the channels does. Rejects as it does, with a `ContractError` for data
   * that does not fit, and with a `UsageError` for a channel that the contract does not have.
   */
  publish<Name extends ChannelName<Contract>>(
    channel: Name,
    data: PublicationData<Contract, Name>,
    options?: { readonly key?: string },
  ): ReturnType<Service['publish']>;
}

/** The options of `contractChannels`. */
export interface ContractChannelsOptions {
  /**
   * Whether publications of the server pass their schemas, which drop fields that the contract does not name. Default: true. With false they
   * are published as they are, so that their schemas must not transform them.
   */
  readonly validateOutput?: boolean;
}

/** Gives the channels of a server the types of a contract. Throws a `UsageError` for a wrong argument. */
export function contractChannels<Contract extends ContractDefinition, Service extends ServerChannels>(
  contract: Contract,
  service: Service,
  options: ContractChannelsOptions = {},
): ContractChannels<Contract, Service> {
  const { channels = {} } = defineContract<ContractDefinition>(contract);
  if (typeof service !== 'object' || service === null || typeof service.publish !== 'function')
    throw new UsageError('channels', 'must be what `createChannels` returns', service);
  if (typeof options !== 'object' || options === null)
    throw new UsageError('options', 'must be an object', options);
  checkKnownOptions('contractChannels', options, ['validateOutput']);
  const { validateOutput = true } = options;
  if (typeof validateOutput !== 'boolean')
    throw new UsageError('validateOutput', 'must be true or false', validateOutput);
  const patterns = channelPatterns(channels);
  const publish = async (channel: string, data: unknown, more?: { readonly key?: string }) => {
    const definition = patterns.of(channel);
    if (!definition) throw new UsageError('channel', 'must match a pattern of the contract', channel);
    const what = `the publication in ${channel}`;
    const value = validateOutput
      ? validateNow(definition.publication, data, what, (issues) => new ContractError(what, issues))
      : data;
    return service.publish(channel, value, more);
  };
  return { publish } as ContractChannels<Contract, Service>;
}
