import type { Difference, ListName } from './compare.ts'
import type { State, Series, Way } from './results.ts'
import type { Reviewed } from './reviewed.ts'

/** One case in one Blender, one way. */
export interface Site {
  readonly case: string
  readonly series: Series
  readonly way: Way
}

/** Holds differences against the table, and knows at the end which of its entries explained nothing. */
export class Review {
  readonly #table: readonly Reviewed[]
  readonly #sites: Site[] = []
  readonly #used = new Set<string>()

  constructor(table: readonly Reviewed[]) {
    this.#table = table
  }

  /** Which differences nothing explains, and how the tracer stands to Blender if all are explained. */
  judge(site: Site, differences: readonly Difference[]): { unexplained: Difference[]; state: State } {
    this.#sites.push(site)
    const unexplained = differences.filter((difference) => !this.#isExplained(site, difference))
    const sides = new Set(differences.map(({ more }) => more))
    const state = sides.size === 2 ? 'differs' : sides.has('tracer') ? 'more' : sides.has('blender') ? 'less' : 'equal'
    return { unexplained, state }
  }

  /** What the table says of sites that were judged, and is not so. */
  stale(): string[] {
    return this.#table.flatMap((entry, index) =>
      this.#sites
        .filter((site) => covers(entry, site))
        .flatMap((site) =>
          entry.paths
            .filter((path) => !this.#used.has(useOf(index, site, path)))
            .map((path) => `${site.case} of ${site.series}, ${site.way}: ${path} no longer differs`),
        ),
    )
  }

  /** What is in the list of needed files is in the others too; what differs only elsewhere has entries of its own. */
  #isExplained(site: Site, { more, path, lists }: Difference): boolean {
    const explain = (list: ListName): boolean => {
      const entries = [...this.#table.entries()].filter(
        ([, entry]) =>
          covers(entry, site) && entry.more === more && entry.paths.includes(path) && (entry.list ?? 'needed') === list,
      )
      for (const [index] of entries) this.#used.add(useOf(index, site, path))
      return entries.length > 0
    }
    return lists.includes('needed') ? explain('needed') : lists.every(explain)
  }
}

function covers(entry: Reviewed, site: Site): boolean {
  return (
    entry.case === site.case &&
    (entry.blenders?.includes(site.series) ?? true) &&
    (entry.ways?.includes(site.way) ?? true)
  )
}

const useOf = (index: number, site: Site, path: string): string => `${index} ${site.series} ${site.way} ${path}`
