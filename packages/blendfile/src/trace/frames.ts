/**
 * Which files are frames of the sequence that a file name belongs to: the last number before the ending counts
 * (`shot2_0001.exr` → `shot2_####.exr`), with at least as many digits as the name has and never padded further.
 * Undefined when the name has no number: then it is no sequence. `atEnd`: a number elsewhere is none.
 */
export function framePattern(name: string, atEnd = false): RegExp | undefined {
  const number = numberOf(name, atEnd)
  if (number === undefined) return undefined
  const { head, digits, tail } = number
  const count = digits.length
  // More digits than the name has are a frame only when they are all needed: 10000 after 9999.
  const numbers = count < mostDigits ? `(?:\\d{${count}}|[1-9]\\d{${count},${mostDigits - 1}})` : `\\d{${count}}`
  return new RegExp(`^${escapePattern(head)}${numbers}${escapePattern(tail)}$`, 'u')
}

/** The name of one frame; the name itself when it has no number. */
export function frameName(name: string, frame: number, atEnd = false): string {
  const number = numberOf(name, atEnd)
  if (number === undefined) return name
  const { head, digits, tail } = number
  const sign = frame < 0 ? '-' : ''
  return head + sign + String(Math.abs(frame)).padStart(digits.length - sign.length, '0') + tail
}

function numberOf(name: string, atEnd: boolean): { head: string; digits: string; tail: string } | undefined {
  const dot = name.lastIndexOf('.')
  const stem = dot < 0 ? name : name.slice(0, dot)
  const { start, end } = lastNumber(stem)
  if (start === end || (atEnd && end < stem.length)) return undefined
  return { head: name.slice(0, start), digits: name.slice(start, end), tail: name.slice(end) }
}

/** A frame number that outgrew its padding has no more digits: frames are 32-bit, and at most a million or so. */
const mostDigits = 9

/** Where the last number is. By hand: a pattern for it takes quadratic time on long names that have none at the end. */
function lastNumber(text: string): { start: number; end: number } {
  let end = text.length
  while (end > 0 && !isDigit(text.charCodeAt(end - 1))) end--
  let start = end
  while (start > 0 && isDigit(text.charCodeAt(start - 1))) start--
  return { start, end }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
