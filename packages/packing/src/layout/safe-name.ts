/** Names that Windows keeps for devices, with any ending: `aux.png` can't be made there. */
const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i
/** Control characters, what Windows forbids, and escaped bytes that are not UTF-8 (see blendfile's path-text.ts). */
const forbidden = /\p{Cc}|[<>:"/\\|?*]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu
/** What most file systems take for one name. UTF-8 bytes. */
const longestName = 255
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * One name of a path, as every system that may unpack it can have it: Windows' forbidden characters and bytes that are
 * not UTF-8 become `_`, a reserved name gets a `_` in front, dots and spaces at the end (which Windows drops) become
 * `_`. Two names may become the same: telling them apart is the layout's.
 */
export function safeName(name: string): string {
  const cleaned = name.replaceAll(forbidden, '_').replace(/[. ]+$/, (tail) => '_'.repeat(tail.length))
  const safe = reserved.test(cleaned) ? `_${cleaned}` : cleaned === '' ? '_' : cleaned
  return encoder.encode(safe).length <= longestName ? safe : shorten(safe)
}

/** Cuts the middle, so that the ending stays. */
function shorten(name: string): string {
  const dot = name.lastIndexOf('.')
  const ending = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : ''
  const room = longestName - encoder.encode(ending).length
  const stem = decoder.decode(encoder.encode(name.slice(0, name.length - ending.length)).subarray(0, room))
  return stem.replace(/\ufffd+$/, '') + ending
}
