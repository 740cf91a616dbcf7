/**
 * The types of channels that follow from a contract: which pattern counts for a name, and the data of its publications.
 *
 * The server applies each schema, once: publishers give its input, and readers get its output. Proven by: test/types.test.ts.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ContractDefinition } from './contract.ts';

type ChannelsOf<Contract extends ContractDefinition> = Contract extends {
  readonly channels: infer Channels extends object;
}
  ? Channels
  : Record<never, never>;

type Pattern<Contract extends ContractDefinition> = keyof ChannelsOf<Contract> & string;

/** The names that match a pattern: `room:*` gives `room:${string}`. */
type NamesOf<Pattern extends string> = Pattern extends `${infer Beginning}*`
  ? `${Beginning}${string}`
  : Pattern;

/** The names of the channels of a contract, such as `room:${string}` for the pattern `room:*`. */
export type ChannelName<Contract extends ContractDefinition> = {
  [One in Pattern<Contract>]: NamesOf<One>;
}[Pattern<Contract>];

/** The patterns that match every name of a type. */
type Matching<Patterns extends string, Name extends string> = Patterns extends string
  ? Name extends NamesOf<Patterns>
    ? Patterns
    : never
  : never;

/** The pattern whose names are names of all the others: the longest one. */
type Longest<Patterns extends string, All extends string = Patterns> = Patterns extends string
  ? [All] extends [Matching<All, NamesOf<Patterns>>]
    ? Patterns
    : never
  : never;

/** The patterns that may count for a name. More than one only where the name is not a literal, as for `room:${string}`. */
type PatternsFor<Contract extends ContractDefinition, Name extends string> =
  | Longest<Matching<Pattern<Contract>, Name>>
  | { [One in Pattern<Contract>]: NamesOf<One> extends Name ? One : never }[Pattern<Contract>];

type PublicationSchema<
  Contract extends ContractDefinition,
  Name extends string,
> = ChannelsOf<Contract>[PatternsFor<Contract, Name> & keyof ChannelsOf<Contract>] extends {
  readonly publication: infer Schema extends StandardSchemaV1;
}
  ? Schema
  : never;

/** The data of a publication as a client or the server publishes it in the channel of this name. */
export type PublicationData<
  Contract extends ContractDefinition,
  Name extends ChannelName<Contract>,
> = StandardSchemaV1.InferInput<PublicationSchema<Contract, Name>>;

/** The data of a publication as the readers of the channel get it: validated. */
export type ReceivedPublicationData<
  Contract extends ContractDefinition,
  Name extends ChannelName<Contract>,
> = StandardSchemaV1.InferOutput<PublicationSchema<Contract, Name>>;
