/** @param {import('vitest').SerializedError} error */
const lines = (error) => [error.message, ...(error.diff ? [error.diff] : []), where(error)].join('\n').split('\n');

const where = ({ stacks = [] }) => stacks.map(({ file, line, column }) => `at ${file}:${line}:${column}`).join('\n');

/**
 * Vitest reporter: what failed and why, each line begun with `FAILED`, so that it can be found in any log; then
 * `N passed, N failed`, alone on the last line of the run.
 */
export default class CountReporter {
  #counts = { passed: 0, failed: 0 };
  #failures = [];
  #watching = false;

  onInit(vitest) {
    this.#watching = vitest.config.watch;
    // At exit, because a teardown may still print, or fail, after the last test; and a run may end before its first one.
    if (!this.#watching) process.once('exit', () => this.#print());
  }

  onTestRunEnd(modules, unhandledErrors, reason) {
    this.#counts = { passed: 0, failed: unhandledErrors.length };
    this.#failures = [];
    if (unhandledErrors.length > 0) this.#failed('outside of any test', unhandledErrors);
    for (const module of modules) this.#count(module);
    if (reason !== 'passed' && this.#counts.failed === 0) this.#counts.failed = 1;
    if (this.#watching) this.#print();
  }

  #count(module) {
    this.#name(module);
    const states = [...module.children.allTests()].map((test) => test.result().state);
    const failed = states.filter((state) => state === 'failed').length;
    this.#counts.passed += states.filter((state) => state === 'passed').length;
    // A file that did not load, or whose hook failed, has no failed test to show for it.
    this.#counts.failed += module.ok() ? failed : Math.max(failed, 1);
  }

  #name(module) {
    for (const part of [module, ...module.children.allSuites(), ...module.children.allTests('failed')]) {
      const errors = part.type === 'test' ? part.result().errors : part.errors();
      const name = part === module ? '(the file)' : part.fullName;
      if (errors.length > 0) this.#failed(`${module.relativeModuleId} > ${name}`, errors);
    }
  }

  #failed(name, errors) {
    this.#failures.push(name, ...errors.flatMap(lines).map((line) => `  ${line}`));
  }

  #print() {
    const { passed } = this.#counts;
    const silent = passed === 0 || (process.exitCode ?? 0) !== 0;
    const failed = this.#counts.failed || Number(silent);
    if (failed > 0 && !this.#watching) process.exitCode ||= 1;
    for (const line of this.#failures) process.stdout.write(`FAILED ${line}\n`);
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
  }
}
