import type { Reporter, TestModule } from 'vitest/node';

/** Prints the one line that CI reads, after the default reporter's own summary. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandled.length;
    let skipped = 0;
    for (const module of modules) {
      const failedBefore = failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped += 1;
      }
      // A file that did not load, or whose hook failed, has no failed test of its own.
      if (module.state() === 'failed' && failed === failedBefore) failed += 1;
    }
    const line = `\n${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped\n`;
    process.once('exit', () => {
      process.stdout.write(line);
    });
  }
}
