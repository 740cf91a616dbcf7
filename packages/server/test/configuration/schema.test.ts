/** The schema, and what is made from it: the JSON Schema for editors, and the table of the documentation. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { toJSONSchema, type ZodMiniType } from 'zod/mini';
import { type Key, settings, usageOf, variableOf } from '../../src/configuration/keys.ts';
import { configurationSchema } from '../../src/configuration/schema.ts';

const page = new URL('../../../../docs/operations/options.md', import.meta.url);

it('configuration.schema.json is the JSON Schema of the configuration (-u writes it)', async () => {
  const described = new Map<ZodMiniType, string>(
    Object.values(settings).map(({ schema, description }) => [schema, description]),
  );
  const schema = toJSONSchema(configurationSchema, {
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      const description = described.get(zodSchema as unknown as ZodMiniType);
      if (description !== undefined) jsonSchema.description = description;
    },
  });
  const text = `${JSON.stringify({ title: 'The configuration of a Sallyport server', ...schema }, undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../configuration.schema.json');
});

it('the table in docs/operations/options.md lists every setting (-u writes it)', async () => {
  const rows = (Object.keys(settings) as Key[]).map((key) => {
    const { description, defaultText = '', isReloaded } = settings[key];
    const names = [`\`${key}\``, `\`${usageOf(key)}\``, `\`${variableOf(key)}\``];
    const cells = [...names, description, defaultText, isReloaded ? 'SIGHUP' : 'a restart'];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  });
  const table = /(?<=^\| key .*\n\|---.*\n)(\|.*\n)*/m;
  const written = readFileSync(page, 'utf8').replace(table, () => rows.join(''));
  expect(written).toContain(rows[0]);
  await expect(written).toMatchFileSnapshot(fileURLToPath(page));
});
