/** What one suite came to. */
export interface SuiteResults {
  passed: number
  /** Failed tests, files that could not be loaded, and errors outside of any test. */
  failed: string[]
  skipped: { test: string; reason: string }[]
}

export const nothing: SuiteResults = { passed: 0, failed: [], skipped: [] }

export function addResults(a: SuiteResults, b: SuiteResults): SuiteResults {
  return { passed: a.passed + b.passed, failed: [...a.failed, ...b.failed], skipped: [...a.skipped, ...b.skipped] }
}

/** The line that ends every run; scripts read it. */
export function summaryLine({ passed, failed, skipped }: SuiteResults): string {
  return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`
}

/** Skipped tests by their reason, so that a machine without something shows one line for it and not fifty. */
export function skippedLines({ skipped }: SuiteResults): string[] {
  const byReason = Map.groupBy(skipped, ({ reason }) => reason)
  return [...byReason].flatMap(([reason, tests]) => [
    `skipped, ${reason}: ${tests.length}`,
    ...tests.map(({ test }) => `  ${test}`),
  ])
}
