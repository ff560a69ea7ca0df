/** In the order in which they run: what is quick and tells most comes first. */
export const suites = ['unit', 'integration', 'blender', 'e2e'] as const
export type Suite = (typeof suites)[number]

export interface TestArguments {
  suites: readonly Suite[]
  /** Parts of file paths; empty: every test of the suites. */
  filters: string[]
}

/** `unit blender -- frames`: leading names are suites (none: all of them), the rest says which files. */
export function parseArguments(words: readonly string[]): TestArguments {
  const isSuite = (word: string): word is Suite => (suites as readonly string[]).includes(word)
  const end = words.findIndex((word) => !isSuite(word))
  const named = end < 0 ? words : words.slice(0, end)
  const filters = end < 0 ? [] : words.slice(end).filter((word) => word !== '--')
  return { suites: named.length === 0 ? suites : suites.filter((suite) => named.includes(suite)), filters }
}
