import { defineConfig, type ViteUserConfig } from 'vitest/config';
import CountReporter from './scripts/count-reporter.ts';

const config: ViteUserConfig = defineConfig({
  // Workspace packages resolve to their TypeScript sources through this condition; naming it
  // replaces vite's defaults, so they are repeated.
  ssr: { resolve: { conditions: ['headrace-source', 'module', 'node', 'development|production'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    execArgv: ['--conditions=headrace-source'],
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', new CountReporter()],
  },
});
export default config;
