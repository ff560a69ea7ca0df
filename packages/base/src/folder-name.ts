/** File systems take 255 bytes; room for a suffix. */
const longest = 200

/** A job's name as the name of a folder on any system. */
export function folderName(name: string): string {
  const safe = name.replaceAll(/[^\p{L}\p{N}._ -]/gu, '_')
  let short = ''
  for (const character of safe) {
    if (Buffer.byteLength(short + character) > longest) break
    short += character
  }
  const trimmed = short.replaceAll(/^[. ]+|[. ]+$/g, '')
  return trimmed === '' ? 'frames' : trimmed
}
