import { entrySchema, expectedText, isSection, type SettingSchema } from '@headrace/base';
import { draftSchema } from './configuration-schema.ts';

const HEAD = `# Configuration

<!-- Written by packages/gateway/src/configuration/write-config-docs.ts from the schema; change that. -->

Headrace reads one YAML file, \`./headrace.yaml\` unless \`--config\` names another. The whole of a usual one:

\`\`\`yaml
listen: 127.0.0.1:8080
adminListen: 127.0.0.1:8081 # metrics and health
mongodb: { uriFile: ./mongodb.uri }
redis: { uriFile: ./redis.uri }
collections: # nothing listed = every write refused
  shop.orders: { tier: strong, idType: string, types: { total: decimal, placedAt: date } }
\`\`\`

- \`headrace config check\` lists everything that is wrong with a file, \`headrace config print\` shows it with all defaults filled in and secrets hidden.
- An unknown name is refused, and nothing is converted or adjusted silently.
- Secrets (\`uri\`) can be kept out of the file: \`uriFile\` names a file that holds nothing else. Its path is relative to the configuration file.
- Sizes are numbers of bytes or texts with a unit: B, kB, MB, GB (thousands), KiB, MiB, GiB (1024s).
- Callers are not authenticated by this version, so it listens on loopback addresses only.

## Settings
`;

/** The page docs/config.md. */
export function describeConfiguration(): string {
  return `${HEAD}\n${settingLines(draftSchema as SettingSchema, '').join('\n')}\n`;
}

function settingLines(schema: SettingSchema, parent: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const path = parent + name;
    const entry = entrySchema(child);
    if (entry?.properties) {
      return [settingLine(path, child), ...settingLines(entry, `${path}.<database.collection>.`)];
    }
    if (!isSection(child) || entry) return [settingLine(path, entry ?? child, child.description)];
    const own = child.description === undefined ? [] : [settingLine(path, child)];
    return [...own, ...settingLines(child, `${path}.`)];
  });
}

function settingLine(
  path: string,
  schema: SettingSchema,
  description = schema.description,
): string {
  const twin = schema.secret ? ` or \`${path}File\`` : '';
  const standard = schema.default as string | number | boolean | undefined;
  const unless = standard === undefined ? '' : ` Default: \`${String(standard)}\`.`;
  return `- \`${path}\`${twin}: ${expectedText(schema)}.${unless} ${description ?? ''}`.trimEnd();
}
