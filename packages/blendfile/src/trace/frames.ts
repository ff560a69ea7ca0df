/**
 * Which files are frames of the sequence that a file name belongs to: the last number before the ending counts
 * (`shot2_0001.exr` → `shot2_####.exr`), with at least as many digits as the name has and never padded further.
 * Undefined when the name has no number: then it is no sequence.
 */
export function framePattern(name: string): RegExp | undefined {
  const dot = name.lastIndexOf('.')
  const stem = dot < 0 ? name : name.slice(0, dot)
  const match = /^(.*?)(\d+)(\D*)$/su.exec(stem)
  if (match === null) return undefined
  const [, head, digits, tail] = match as unknown as [string, string, string, string]
  const count = digits.length
  // More digits than the name has are a frame only when they are all needed: 10000 after 9999.
  const number = `(?:\\d{${count}}|[1-9]\\d{${count},8})`
  const ending = dot < 0 ? '' : name.slice(dot)
  return new RegExp(`^${escapePattern(head)}${number}${escapePattern(tail + ending)}$`, 'u')
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
