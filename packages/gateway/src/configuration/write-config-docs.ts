import { writeFileSync } from 'node:fs';
import { describeConfiguration } from './describe-configuration.ts';

// node --conditions=headrace-source packages/gateway/src/configuration/write-config-docs.ts
writeFileSync(new URL('../../../../docs/config.md', import.meta.url), describeConfiguration());
