/** The server as graphql-ws does it: the user in `connectionParams`, the echo as a query. */
import { GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import { echoOf, isDemoUser } from './tutorial-exchange.ts';

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      echo: {
        type: GraphQLString,
        args: { text: { type: new GraphQLNonNull(GraphQLString) } },
        resolve: (_source: unknown, { text }: { text: string }) => echoOf(text),
      },
    },
  }),
});

export const graphqlGate: ServerOptions = {
  schema,
  onConnect: ({ connectionParams }) =>
    isDemoUser(connectionParams?.['username'], connectionParams?.['password']),
};
