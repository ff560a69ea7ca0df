/** Names that Windows keeps for devices, whatever comes after the first dot. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i
const forbidden = /[<>:"|?*\\]/g

/**
 * One name of a path, as Windows can have it: another character for what it forbids and for dots and spaces at the end
 * (which it drops), a `_` in front of the name of a device. `escape`: what such a character becomes, by default `%3A`.
 */
export function windowsName(name: string, escape: (character: string) => string = percent): string {
  const safe = name.replaceAll(forbidden, escape).replace(/[. ]+$/, (ending) => Array.from(ending, escape).join(''))
  return reserved.test(safe) ? `_${safe}` : safe
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
