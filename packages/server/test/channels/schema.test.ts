/** The JSON Schema of the file of `--channels`, for editors. */
import { expect, it } from 'vitest';
import { toJSONSchema, type ZodMiniType } from 'zod/mini';
import { channelsSchema, descriptions } from '../../src/channels/schema.ts';

it('channels.schema.json is the JSON Schema of the file of --channels (-u writes it)', async () => {
  const schema = toJSONSchema(channelsSchema, {
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      const description = descriptions.get(zodSchema as unknown as ZodMiniType);
      if (description !== undefined) jsonSchema.description = description;
    },
  });
  const text = `${JSON.stringify({ title: 'The channels of a Sallyport server', ...schema }, undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../channels.schema.json');
});
