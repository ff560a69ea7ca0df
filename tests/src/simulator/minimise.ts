/**
 * Leaves out as much as possible while it still fails (delta debugging): halves first, then smaller and smaller parts,
 * until no single one can be left out. At most `tries` runs.
 */
export async function minimise<Item>(
  items: readonly Item[],
  fails: (some: readonly Item[]) => Promise<boolean>,
  tries = 200,
): Promise<readonly Item[]> {
  let left = items
  let size = Math.ceil(left.length / 2)
  while (size >= 1 && left.length > 0) {
    let shrunk = false
    for (let from = 0; from < left.length && tries > 0;) {
      const rest = [...left.slice(0, from), ...left.slice(from + size)]
      tries--
      if (await fails(rest)) {
        left = rest
        shrunk = true
      } else from += size
    }
    if (tries <= 0 || (size === 1 && !shrunk)) break
    size = Math.max(1, Math.floor(size / 2))
  }
  return left
}
