import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter } from 'vitest/node'
import type { SuiteResults } from './results.ts'

/** Vitest's reporter beside its own: writes SuiteResults as JSON to the file that BACKLOT_TEST_RESULTS names. */
export default class ResultsReporter implements Reporter {
  onTestRunEnd: NonNullable<Reporter['onTestRunEnd']> = (modules, unhandledErrors) => {
    const results: SuiteResults = { passed: 0, failed: [], skipped: [] }
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId)
      for (const error of module.errors()) results.failed.push(`${file}: ${error.message}`)
      for (const test of module.children.allTests()) {
        const name = `${file} > ${test.fullName}`
        const result = test.result()
        if (result.state === 'passed') results.passed += 1
        else if (result.state === 'skipped')
          results.skipped.push({ test: name, reason: result.note ?? 'no reason given' })
        else results.failed.push(name)
      }
    }
    for (const error of unhandledErrors) results.failed.push(`outside of a test: ${error.message}`)
    writeFileSync(process.env['BACKLOT_TEST_RESULTS'] ?? '', JSON.stringify(results))
  }
}
