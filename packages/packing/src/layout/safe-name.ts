import { windowsName } from '@backlot/transfer/windows-name'

/** Control characters, the slash, and escaped bytes that are not UTF-8 (see blendfile's path-text.ts). */
const nowhere = /\p{Cc}|\/|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu
/** What most file systems take for one name. UTF-8 bytes. */
const longestName = 255
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * One name of a path, as every system that may unpack it can have it: what some can't have becomes `_`, not `%3A`, whose
 * digits Blender would take for a frame's number. Two names may become the same: telling them apart is the layout's.
 */
export function safeName(name: string): string {
  const safe = windowsName(name.replaceAll(nowhere, '_'), () => '_') || '_'
  return shortened(safe, longestName)
}

/** A safe name with a number that tells it from others, within the same length. */
export function numberedName(safe: string, number: number): string {
  const suffix = `~${number}`
  return shortened(safe, longestName - suffix.length) + suffix
}

/** Cuts the middle, so that the ending stays. `most`: UTF-8 bytes. */
function shortened(name: string, most: number): string {
  if (encoder.encode(name).length <= most) return name
  const dot = name.lastIndexOf('.')
  const ending = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : ''
  const room = most - encoder.encode(ending).length
  const stem = decoder.decode(encoder.encode(name.slice(0, name.length - ending.length)).subarray(0, room))
  // Half a character, and what Windows drops at an end.
  return (stem.replace(/[\ufffd. ]+$/, '') || '_') + ending
}
