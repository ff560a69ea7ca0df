/** The page is in English: the person's own English where there is one (dates, separators), else the one with 24 hours. */
export function pageLocale(languages: readonly string[]): string {
  return languages.find((language) => /^en\b/i.test(language)) ?? 'en-GB'
}

export const locale = pageLocale(typeof navigator === 'undefined' ? [] : (navigator.languages ?? []))
