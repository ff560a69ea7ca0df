import { stripVTControlCharacters } from 'node:util'

/** Letters of East Asia and pictures take two columns, marks above and below other letters none. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u
const none = /[\p{Mn}\p{Me}\p{Cf}]/u
const ascii = /^[\x20-\x7e]*$/

/** Columns that a text takes on a terminal; colours take none. */
export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length
  let width = 0
  for (const character of stripVTControlCharacters(text))
    width += none.test(character) ? 0 : wide.test(character) ? 2 : 1
  return width
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)))
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text
}

/** As much of a text without colours as fits. */
export function clip(text: string, width: number): string {
  if (text.length <= width && ascii.test(text)) return text
  let used = 0
  let clipped = ''
  for (const character of text) {
    used += displayWidth(character)
    if (used > width) break
    clipped += character
  }
  return clipped
}
