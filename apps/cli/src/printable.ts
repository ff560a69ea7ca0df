/** Control characters (of C1 too), marks that turn the direction of text around, ends of line that are none to a terminal. */
const unsafe = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu
/** Halves of a character: bytes of a path that are not UTF-8, escaped (blendfile's path-text.ts). */
const halves = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
const ours = new Set(['\u001b', '\n', '\t'])
const known: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' }

/**
 * A name or a path as a terminal may be given it: one line, and nothing in it that moves the cursor, paints, or shows other
 * text than there is. `wood\x1b[2J.png`, `M\xf6bel.png`. With `--json` they are exact.
 */
export function printable(text: string): string {
  return text.replaceAll(unsafe, escape).replaceAll(halves, escape)
}

/** Text of several lines with our own colours in it: the rest as `printable`. The last net, below what names go through. */
export function printableText(text: string): string {
  // Every second part is what parted the others: ours, when it is a colour, an end of line or a tab.
  const parts = text.split(/(\p{Cc}\[[\d;]*m|[\n\t])/u)
  return parts.map((part, index) => (index % 2 === 1 && ours.has(part.charAt(0)) ? part : printable(part))).join('')
}

function escape(character: string): string {
  const code = character.charCodeAt(0)
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`
  return known[character] ?? (code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`)
}
