import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node'
import type { SuiteResults } from './results.ts'

/** Vitest's reporter beside its own: writes SuiteResults as JSON to the file that BACKLOT_TEST_RESULTS names. */
export default class ResultsReporter implements Reporter {
  onTestRunEnd: NonNullable<Reporter['onTestRunEnd']> = (modules, unhandledErrors) => {
    const results: SuiteResults = { passed: 0, failed: [], skipped: [] }
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId)
      // A file that does not load, or a hook that fails.
      for (const error of module.errors()) results.failed.push(`${file}: ${error.message}`)
      for (const suite of module.children.allSuites()) {
        for (const error of suite.errors()) results.failed.push(`${file} > ${suite.fullName}: ${error.message}`)
      }
      for (const test of module.children.allTests()) {
        const name = `${file} > ${test.fullName}`
        const result = test.result()
        if (result.state === 'passed') results.passed += 1
        else if (result.state === 'skipped') results.skipped.push({ test: name, reason: reasonOf(test, result.note) })
        else results.failed.push(name)
      }
    }
    for (const error of unhandledErrors) results.failed.push(`outside of a test: ${error.message}`)
    writeFileSync(process.env['BACKLOT_TEST_RESULTS'] ?? '', JSON.stringify(results))
  }
}

function reasonOf(test: TestCase, note: string | undefined): string {
  let around: TestSuite | TestModule = test.parent
  while (around.errors().length === 0 && around.type === 'suite') around = around.parent
  return note ?? (around.errors().length > 0 ? 'what comes before it failed' : 'no reason given')
}
