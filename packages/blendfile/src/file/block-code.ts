/**
 * What a block is, as a number: its letters from the lowest byte up, whatever the file's byte order. Two letters mean
 * an ID data-block (`OB`), four letters anything else.
 */
export type BlockCode = number

export function blockCode(letters: string): BlockCode {
  let code = 0
  for (let i = letters.length - 1; i >= 0; i--) code = (code << 8) | letters.charCodeAt(i)
  return code
}

export const DATA = blockCode('DATA')
export const DNA1 = blockCode('DNA1')
export const ENDB = blockCode('ENDB')
export const GLOB = blockCode('GLOB')
export const TEST = blockCode('TEST')
export const LIBRARY = blockCode('LI')
export const OBJECT = blockCode('OB')
export const SCENE = blockCode('SC')
/** A data-block that lives in a library: only its name is here. */
export const PLACEHOLDER = blockCode('ID')

export function isIdCode(code: BlockCode): boolean {
  return code > 0xff && code <= 0xffff
}

export function codeLetters(code: BlockCode): string {
  let letters = ''
  for (let rest = code; rest > 0; rest >>>= 8) letters += String.fromCharCode(rest & 0xff)
  return letters
}
