/** Kinds of files that are no word for one file. */
const names: Readonly<Record<string, string>> = {
  ies: 'IES file',
  main: 'main file',
  multires: 'multires file',
  osl_script: 'OSL script',
  voxel_data: 'voxel data file',
}

/** `point_cache` → `point cache`. */
export function kindText(kind: string): string {
  return kind.replaceAll('_', ' ')
}

/** `242 images`, `1 library`, `2 point caches`. */
export function countOfKind(count: number, kind: string): string {
  const one = names[kind] ?? kindText(kind)
  if (count === 1) return `1 ${one}`
  return `${count} ${/[^aeiou]y$/.test(one) ? `${one.slice(0, -1)}ies` : `${one}s`}`
}
